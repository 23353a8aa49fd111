import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BaselineEntry } from './baseline.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import { baselineOf } from './baseline-of.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-baseline-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function entry(file: string, digit: string, more: Partial<BaselineEntry> = {}): BaselineEntry {
  return { fingerprint: digit.repeat(64), rule: 'hostPorts', file, message: 'hostPort', ...more };
}

test('a finding is a line, sorted, the same in whatever order they were found', () => {
  const entries = [
    entry('b.yaml', 'b'),
    entry('a.yaml', 'a', { object: 'v1 Pod default/web', container: 'web', count: 2 }),
    entry('b.yaml', 'b'),
  ];
  const path = join(directory, 'podproof-baseline.json');
  writeBaseline(path, baselineOf(entries));
  const text = readFileSync(path, 'utf8');
  expect(text).toBe(`{
  "apiVersion": "podproof.dev/v1",
  "kind": "CheckBaseline",
  "findings": [
    {"file":"a.yaml","object":"v1 Pod default/web","container":"web","rule":"hostPorts","message":"hostPort","count":2,"fingerprint":"${'a'.repeat(64)}"},
    {"file":"b.yaml","rule":"hostPorts","message":"hostPort","count":2,"fingerprint":"${'b'.repeat(64)}"}
  ]
}
`);
  writeBaseline(path, baselineOf(entries.toReversed()));
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readBaseline(path)).toEqual(baselineOf(entries));
  expect(readdirSync(directory)).toEqual(['podproof-baseline.json']);
});

test('an empty one is one, too', () => {
  const path = join(directory, 'x.json');
  writeBaseline(path, baselineOf([]));
  expect(readBaseline(path).findings).toEqual([]);
});

test('a link in its place is replaced and not written through', () => {
  const path = join(directory, 'x.json');
  const target = join(directory, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, path);
  writeBaseline(path, baselineOf([]));
  expect(readFileSync(target, 'utf8')).toBe('precious');
  expect(lstatSync(path).isSymbolicLink()).toBe(false);
});

test.each([
  ['', 'Unexpected end of JSON input'],
  ['[]', 'expected an object'],
  ['{}', 'apiVersion and kind must be podproof.dev/v1 and CheckBaseline'],
  [
    '{"apiVersion":"podproof.dev/v1","kind":"CheckBaseline","findings":[{"fingerprnt":"x"}]}',
    'unknown field "findings[0].fingerprnt"',
  ],
  [
    '{"apiVersion":"podproof.dev/v1","kind":"CheckBaseline","findings":[{"fingerprint":"x"}]}',
    'findings[0].fingerprint: 64 hexadecimal digits expected',
  ],
  [
    `{"apiVersion":"podproof.dev/v1","kind":"CheckBaseline","findings":[{"fingerprint":"${'a'.repeat(64)}","count":0}]}`,
    'findings[0].count: must be greater than 0',
  ],
])('what is none says why: %.90s', (text, problem) => {
  const path = join(directory, 'x.json');
  writeFileSync(path, text);
  expect(() => readBaseline(path)).toThrow(
    expect.objectContaining({
      code: 'invalid',
      problems: expect.arrayContaining([expect.stringContaining(problem)]),
    }),
  );
});

test('one that is not there says how it is made', () => {
  expect(() => readBaseline(join(directory, 'none.json'))).toThrow(
    expect.objectContaining({ code: 'not-found', advice: expect.stringContaining('--write-baseline') }),
  );
});
