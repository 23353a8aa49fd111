import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PODPROOF } from '../support/paths.ts';

// V8 silently compiles anew what was compiled with other settings than it runs with.

/** Tells of every script that is loaded with compiled code whether V8 took that. */
const TELL = `
const vm = require('node:vm');
const { Script } = vm;
vm.Script = class extends Script {
  constructor(code, options) {
    super(code, options);
    if (options?.cachedData) process._rawDebug('code cache', options.filename, this.cachedDataRejected);
  }
};
`;
/** From so many on threads read. */
const FILES = 400;
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-caches-'));
  writeFileSync(join(directory, 'tell.cjs'), TELL);
  for (let index = 0; index < FILES; index += 1)
    writeFileSync(join(directory, `${index}.yaml`), 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The scripts whose compiled code V8 took, and those whose it did not. */
function codeCaches(...args: readonly string[]): Readonly<Record<string, boolean>> {
  const { stderr } = spawnSync(process.execPath, ['-r', join(directory, 'tell.cjs'), PODPROOF, ...args], {
    encoding: 'utf8',
  });
  const told = stderr.matchAll(/^code cache (\S+) (true|false)$/gm);
  return Object.fromEntries(
    Array.from(told, ([, file = '', isRejected]) => [basename(file), isRejected === 'false']),
  );
}

test('V8 takes the compiled code of every bundle, in threads too', () => {
  expect(codeCaches('check', '--images', 'never', directory)).toEqual({
    'podproof-check.cjs': true,
    ...(availableParallelism() > 1 && { 'check-thread.cjs': true }),
  });
  expect(codeCaches('version')).toEqual({ 'podproof.cjs': true });
});
