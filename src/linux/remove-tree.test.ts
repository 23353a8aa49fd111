import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDeepDirectories } from '../../test/support/deep-directories.ts';
import { removeTree } from './remove-tree.ts';

it('removes what is too deep for any path, and nothing that a link leads to', async () => {
  const base = mkdtempSync(join(tmpdir(), 'podproof-remove-'));
  const dir = join(base, 'pod');
  const outside = join(base, 'outside');
  for (const path of [dir, outside]) mkdirSync(path);
  writeFileSync(join(outside, 'file'), '');
  symlinkSync(outside, join(dir, 'link'));
  makeDeepDirectories(dir, 1200);
  await removeTree(dir);
  expect(existsSync(dir)).toBe(false);
  expect(existsSync(join(outside, 'file'))).toBe(true);
  await removeTree(base);
});

it('is content with what is not there', async () => {
  await removeTree('/nowhere/at/all');
});
