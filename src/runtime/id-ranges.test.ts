import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeIdRanges, takeIdRange } from './id-ranges.ts';
import type { RootLayout } from './layout.ts';

let layout: RootLayout;

beforeEach(() => {
  layout = { libDir: '', runDir: mkdtempSync(join(tmpdir(), 'podproof-ranges-')), suffix: undefined };
});

afterEach(() => {
  rmSync(layout.runDir, { recursive: true });
});

test('ranges follow each other from 65536 and never overlap', () => {
  const ranges = ['a', 'b', 'c'].map((owner) => takeIdRange(layout, owner));
  expect(ranges).toEqual([65_536, 131_072, 196_608]);
});

test('a freed range is given again, the others stay', () => {
  for (const owner of ['a', 'b', 'c']) takeIdRange(layout, owner);
  freeIdRanges(layout, 'b');
  freeIdRanges(layout, 'never had one');
  expect(takeIdRange(layout, 'd')).toBe(131_072);
});

test('what is on disk says who has which range', () => {
  takeIdRange(layout, 'a');
  expect(readdirSync(join(layout.runDir, 'userns'))).toEqual(['1']);
});

test('another root begins elsewhere, and stays within 32 bits', () => {
  for (const suffix of ['00000000', 'ffffffff', '0000fbff']) {
    const start = takeIdRange({ ...layout, suffix }, `root-${suffix}`);
    expect(start).toBeGreaterThanOrEqual(1024 * 65_536);
    expect(start + 65_536).toBeLessThan(2 ** 32);
  }
});
