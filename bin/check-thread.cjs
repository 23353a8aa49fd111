'use strict';
// A thread of `podproof check`; see src/check/threads/run-thread.ts.
const { join } = require('node:path');
const loadBundle = require('./load-bundle.cjs');

if (!loadBundle(join(__dirname, '..', 'dist', 'check-thread.cjs')))
  throw new Error('dist/check-thread.cjs is not built');
