import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileChanges, followFile } from './follow-file.ts';

let dir: string;
let path: string;
let changes: FileChanges;
let isOver = false;
let read = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-follow-'));
  path = join(dir, '0.log');
  changes = new FileChanges(path);
  isOver = false;
  read = '';
});

afterEach(() => {
  changes.close();
  rmSync(dir, { recursive: true, force: true });
});

async function follow(start = 0): Promise<void> {
  const chunks = followFile({ path, startOf: async () => start, changes, isOver: () => isOver });
  for await (const chunk of chunks) read += chunk.toString();
}

function end(): void {
  isOver = true;
  changes.wake();
}

test('what is added is read until it is over, the last of it included', async () => {
  writeFileSync(path, 'one ');
  const following = follow();
  await expect.poll(() => read).toBe('one ');
  appendFileSync(path, 'two ');
  await expect.poll(() => read).toBe('one two ');
  appendFileSync(path, 'three');
  end();
  await following;
  expect(read).toBe('one two three');
});

test('a file that is rotated away is read to its end, and its successor from its start', async () => {
  writeFileSync(path, 'one ');
  const following = follow();
  await expect.poll(() => read).toBe('one ');
  renameSync(path, `${path}.20260101-000000`);
  appendFileSync(`${path}.20260101-000000`, 'two ');
  writeFileSync(path, 'three ');
  await expect.poll(() => read).toBe('one two three ');
  writeFileSync(`${path}.tmp`, 'four');
  renameSync(`${path}.tmp`, path);
  await expect.poll(() => read).toBe('one two three four');
  end();
  await following;
});

test('a file that begins anew is read from its start', async () => {
  writeFileSync(path, 'long line ');
  const following = follow();
  await expect.poll(() => read).toBe('long line ');
  truncateSync(path);
  appendFileSync(path, 'new');
  await expect.poll(() => read).toBe('long line new');
  end();
  await following;
});

test('a file that comes later is waited for', async () => {
  const following = follow();
  writeFileSync(path, 'here');
  await expect.poll(() => read).toBe('here');
  end();
  await following;
});
