'use strict';
// Settings of V8 for `podproof check`: a process that does one thing many times and is then over. They come before anything is
// loaded, because the code that V8 compiled when the bundles were made (scripts/bundle.mjs) holds only for the settings that it
// was made with, and because those of the heap count from the first collection on.
//
// - V8 lets a heap double before it collects; a check of 100,000 files then takes 100 MB more, most of it long forgotten.
// - Where short-lived data lies starts small and doubles: eight times at once spares collections that move the same data.
// - Collections are the work of the thread whose data it is: help is waited for when all cores are busy.
// - Nothing is put where long-lived data lies because its like once lived long: what is read ahead waits, what comes later
//   does not, and collecting it there costs a fifth of the time.
//
// What follows is for V8 11 (Node.js 20): later ones have other compilers, and settings by other names.
//
// - A check of 10,000 files is over before large pieces of fast code have paid for their compilation. Functions are compiled
//   sooner, one by one, and with little of others in them: a tenth of the processor time.
const { setFlagsFromString } = require('node:v8');

const HEAP = [
  '--heap-growing-percent=25',
  '--semi-space-growth-factor=8',
  '--no-parallel-scavenge',
  '--no-concurrent-sweeping',
  '--no-allocation-site-pretenuring',
];

const COMPILERS = [
  '--ticks-before-optimization=1',
  '--max-inlined-bytecode-size=60',
  '--max-inlined-bytecode-size-small=0',
  '--max-inlined-bytecode-size-cumulative=150',
  '--no-polymorphic-inlining',
  '--no-turbo-inline-array-builtins',
];

module.exports = function tuneEngine() {
  const settings = process.versions.v8.startsWith('11.') ? [...HEAP, ...COMPILERS] : HEAP;
  for (const setting of settings) setFlagsFromString(setting);
};
