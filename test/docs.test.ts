import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderConformancePage } from '../scripts/conformance-page.ts';
import { fieldTable } from '../src/confinement/fields-not-carried-out.ts';

const inProject = (path: string): URL => new URL(`../${path}`, import.meta.url);

test('docs/conformance.md is what the field table says; npm run docs writes it', () => {
  expect(readFileSync(inProject('docs/conformance.md'), 'utf8')).toBe(renderConformancePage());
});

test('every field that is carried out names a test, and every test that is named exists', () => {
  const rows = fieldTable();
  const verdicts = rows.flatMap(({ type, field, alone, node }) =>
    [alone, node].map((verdict) => ({ type, field, ...verdict })),
  );
  const untested = verdicts.filter(({ how, tests }) => how === 'carried-out' && tests.length === 0);
  expect(untested.map(({ type, field }) => `${type}.${field}`)).toEqual([]);
  expect(verdicts.flatMap(({ tests }) => tests).filter((path) => !existsSync(inProject(path)))).toEqual([]);
});
