import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckUnit } from './check-unit.ts';
import { packBatch, unpackBatch } from './read-ahead.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x}]}\n';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-ahead-'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A manifest of so many characters. */
function written(name: string, length: number): CheckUnit {
  const file = join(directory, name);
  writeFileSync(file, `${POD}#`.padEnd(length, 'x'));
  return { kind: 'manifest', file, explicit: false };
}

test('a large file is left, with its length', () => {
  const units = [written('a.yaml', 200), written('large.yaml', 200_000), written('b.yaml', 300)];
  const { units: known, ahead } = unpackBatch(units, packBatch(units));
  expect(known).toEqual([units[0], { ...units[1], length: 200_000 }, units[2]]);
  expect(ahead.map((it) => it?.packed.objects.length)).toEqual([1, undefined, 1]);
});

test('of a batch no more than a few megabytes are read ahead', () => {
  const units = Array.from({ length: 50 }, (_, index) => written(`${index}.yaml`, 120_000));
  const { units: known, ahead } = unpackBatch(units, packBatch(units));
  const read = ahead.filter((it) => it !== undefined).length;
  expect(read).toBeGreaterThan(20);
  expect(read).toBeLessThan(40);
  expect(known.slice(read)).toEqual(units.slice(read).map((unit) => ({ ...unit, length: 120_000 })));
});

test('what is no manifest, and what cannot be read, is left to whoever judges', () => {
  const units: readonly CheckUnit[] = [
    { kind: 'dockerfile', file: 'Dockerfile', explicit: false, text: 'FROM a' },
    { kind: 'manifest', file: join(directory, 'gone.yaml'), explicit: false },
    { kind: 'told', problems: [], skipped: [] },
  ];
  expect(unpackBatch(units, packBatch(units))).toEqual({ units, ahead: [undefined, undefined, undefined] });
});
