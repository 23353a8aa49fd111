import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeIdRanges, idsPerPod, takeIdRange } from './id-ranges.ts';

const defaultRoot = { suffix: undefined };
let scratch: string;
let ranges: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'podproof-ranges-'));
  ranges = join(scratch, 'ids');
});

afterEach(() => {
  rmSync(scratch, { recursive: true });
});

/** The directory of a sandbox, which exists. */
function sandbox(name: string): string {
  const dir = join(scratch, name);
  mkdirSync(dir, { recursive: true });
  return dir;
}

function slots(): readonly string[] {
  return readdirSync(ranges).filter((name) => name !== '.lock');
}

test('ranges follow each other from 65536 and never overlap', async () => {
  const taken = await Promise.all(
    ['a', 'b', 'c'].map((name) => takeIdRange(defaultRoot, sandbox(name), ranges)),
  );
  expect(taken.toSorted((one, other) => one - other)).toEqual([65_536, 131_072, 196_608]);
});

test('a freed range is given again, the others stay', async () => {
  for (const name of ['a', 'b', 'c']) await takeIdRange(defaultRoot, sandbox(name), ranges);
  await freeIdRanges(sandbox('b'), ranges);
  await freeIdRanges(sandbox('never had one'), ranges);
  expect(await takeIdRange(defaultRoot, sandbox('d'), ranges)).toBe(131_072);
});

test('what is on disk says who has which range', async () => {
  await takeIdRange(defaultRoot, sandbox('a'), ranges);
  expect(slots()).toEqual(['1']);
  expect(readFileSync(join(ranges, '1'), 'utf8')).toBe(sandbox('a'));
});

test('two roots that begin at the same slot still get ranges apart', async () => {
  const one = await takeIdRange({ suffix: '00000007' }, sandbox('one/pod'), ranges);
  const other = await takeIdRange({ suffix: '00000007' }, sandbox('other/pod'), ranges);
  expect([one / idsPerPod, other / idsPerPod]).toEqual([1031, 1032]);
});

test('giving back touches only the own root, also for pods of the same name', async () => {
  const start = await takeIdRange({ suffix: '00000007' }, sandbox('one/pod'), ranges);
  await takeIdRange({ suffix: '00000007' }, sandbox('other/pod'), ranges);
  await freeIdRanges(sandbox('one/pod'), ranges);
  expect(slots()).toEqual(['1032']);
  expect(await takeIdRange({ suffix: '00000007' }, sandbox('third/pod'), ranges)).toBe(start);
});

test('the range of a root that was deleted is free', async () => {
  await takeIdRange(defaultRoot, sandbox('a'), ranges);
  rmSync(sandbox('a'), { recursive: true });
  expect(await takeIdRange(defaultRoot, sandbox('b'), ranges)).toBe(65_536);
  expect(readFileSync(join(ranges, '1'), 'utf8')).toBe(sandbox('b'));
});

test('another root begins elsewhere, and stays within 32 bits', async () => {
  for (const suffix of ['00000000', 'ffffffff', '0000fbff']) {
    const start = await takeIdRange({ suffix }, sandbox(suffix), ranges);
    expect(start).toBeGreaterThanOrEqual(1024 * 65_536);
    expect(start + 65_536).toBeLessThan(2 ** 32);
  }
});
