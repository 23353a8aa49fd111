import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { namedTests, renderApiPage } from '../scripts/api-conformance-page.ts';
import { renderChecksPage } from '../scripts/checks-page.ts';
import { renderConformancePage } from '../scripts/conformance-page.ts';
import { KINDS } from '../src/apiserver/kinds.ts';
import { fieldTable } from '../src/confinement/fields-not-carried-out.ts';
import type { FieldRow } from '../src/core/field-rows.ts';

const inProject = (path: string): URL => new URL(`../${path}`, import.meta.url);
const pages = [
  'docs/conformance.md',
  'docs/checks.md',
  ...readdirSync('docs/conformance').map((it) => `docs/conformance/${it}`),
];

describe('npm run docs writes', () => {
  test.each([
    ['docs/conformance.md', renderConformancePage],
    ['docs/conformance/api.md', renderApiPage],
    ['docs/checks.md', renderChecksPage],
  ])('%s', (path, render) => {
    expect(readFileSync(inProject(path), 'utf8')).toBe(render());
  });
});

test('every field that is carried out names a test', () => {
  const rows: readonly FieldRow[] = [
    ...fieldTable(),
    ...KINDS.flatMap(({ fields }) => fields.flatMap((table) => table.rows)),
  ];
  const untested = rows.filter(({ alone, node }) =>
    [alone, node].some(({ how, tests }) => how === 'carried-out' && tests.length === 0),
  );
  expect(untested.map(({ type, field }) => `${type}.${field}`)).toEqual([]);
});

test('every kind, subresource and sort of request names a test', () => {
  const untested = [...namedTests()].filter(([, tests]) => tests.length === 0);
  expect(untested.map(([name]) => name)).toEqual([]);
});

test.each(pages)('%s names tests and files that exist', (page) => {
  const text = readFileSync(inProject(page), 'utf8');
  const named = [...text.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+\.(?:ts|md))`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.filter((path) => !existsSync(inProject(path)))).toEqual([]);
  const links = [...text.matchAll(/\]\(((?!https?:|#)[^)#]+)\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(new URL(path, inProject(page))))).toEqual([]);
});
