import { linkSync, lstatSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDeepDirectories } from '../../../test/support/deep-directories.ts';
import { removeTree } from '../../linux/remove-tree.ts';
import { diskUsage } from './disk-usage.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podproof-usage-'));
});
afterEach(() => removeTree(root));

const mebibyte = Buffer.alloc(1024 * 1024, 1);

it('counts a file with two names once, and does not follow links', async () => {
  writeFileSync(join(root, 'a'), mebibyte);
  linkSync(join(root, 'a'), join(root, 'b'));
  symlinkSync('/', join(root, 'host'));
  expect(await diskUsage(root)).toBe(lstatSync(join(root, 'a')).blocks * 512);
});

it('counts what hides behind a name that is no text', async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xff)]), mebibyte);
  expect(await diskUsage(root)).toBeGreaterThanOrEqual(mebibyte.length);
});

it('is not ended by directories inside each other beyond the length of a path', async () => {
  makeDeepDirectories(root, 30);
  expect(await diskUsage(root)).toBeGreaterThan(0);
});

it('is nothing once the directory is gone', async () => {
  expect(await diskUsage(join(root, 'gone'))).toBe(0);
});
