import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tailStart } from './tail-start.ts';

const dir = mkdtempSync(join(tmpdir(), 'podproof-tail-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What is left of a log from where its tail begins, without times. */
async function tail(
  records: readonly string[],
  lines: number,
  wanted = ['stdout', 'stderr'],
): Promise<readonly string[]> {
  const path = join(dir, 'log');
  writeFileSync(path, records.map((record) => `2026-01-01T00:00:00.0Z ${record}\n`).join(''));
  const file = await open(path);
  try {
    const start = await tailStart(file, lines, (stream) => wanted.includes(stream));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1_000_000), 0, 1_000_000, start);
    const rest = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, -1);
    return rest.map((line) => line.slice(line.indexOf(' ') + 1));
  } finally {
    await file.close();
  }
}

const three = ['stdout F a', 'stderr F b', 'stdout F c'];

test.each([
  [0, []],
  [1, ['stdout F c']],
  [2, ['stderr F b', 'stdout F c']],
  [3, three],
  [9, three],
])('the last %d lines', async (lines, expected) => {
  expect(await tail(three, lines)).toEqual(expected);
});

test('parts of a line count as one', async () => {
  const records = ['stdout F a', 'stdout P b', 'stdout P b', 'stdout F b', 'stdout F c'];
  expect(await tail(records, 2)).toEqual(records.slice(1));
});

test('a line under way counts', async () => {
  const records = ['stdout F a', 'stdout F b', 'stdout P c', 'stdout P c'];
  expect(await tail(records, 1)).toEqual(records.slice(2));
});

test('only lines of the wanted stream count', async () => {
  expect(await tail(three, 1, ['stderr'])).toEqual(['stderr F b', 'stdout F c']);
});

test('a log of many blocks', async () => {
  const records = Array.from({ length: 5000 }, (_, index) => `stdout F ${'x'.repeat(index % 97)} ${index}`);
  for (const lines of [1, 1234, 4999, 5000])
    expect(await tail(records, lines)).toEqual(records.slice(-lines));
});

test('an empty log', async () => {
  expect(await tail([], 5)).toEqual([]);
});
