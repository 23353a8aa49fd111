'use strict';
// Runs a script of dist/ with the code that V8 compiled when it was built (scripts/bundle.mjs): it starts in half the time.
// A cache that does not fit this Node.js is ignored by V8.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** False when the script is not there. */
module.exports = function loadBundle(file) {
  const source = read(file, 'utf8');
  if (source === undefined) return false;
  const script = new Script(`(function (require, module, exports, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData: read(`${file}.cache`),
  });
  script.runInThisContext()(createRequire(file), { exports: {} }, {}, file, dirname(file));
  return true;
};

function read(path, encoding) {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
