import { setFlagsFromString } from 'node:v8';

/**
 * Settings of V8 for a process that does one thing many times and is then over. They may be set at any time; those of the
 * heap count from the next collection on, and so have to come before the first.
 *
 * - V8 lets a heap double before it collects; a check of 100,000 files then takes 260 MB, most of it long forgotten. At a
 *   quarter it takes 180, and 3 % more time.
 * - Where short-lived data lies starts small and doubles: eight times at once spares collections that move the same data.
 * - Functions are inlined by half as much: a check of 10,000 files is over before larger code has paid for its compilation,
 *   12 % of the processor time.
 */
export function tuneEngine(): void {
  setFlagsFromString('--heap-growing-percent=25');
  setFlagsFromString('--semi-space-growth-factor=8');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
}
