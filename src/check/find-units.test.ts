import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findUnits } from './find-units.ts';
import { survey } from './survey.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-units-'));
  writeFileSync(
    join(directory, 'namespace.yaml'),
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n',
  );
  writeFileSync(join(directory, 'pod.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\n');
  writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\n');
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

test.each([
  ['a directory', ['.']],
  ['files', ['pod.yaml', 'namespace.yaml', 'Dockerfile']],
])('of %s only what changed is judged, and the namespaces of the rest still count', async (_, inputs) => {
  const found = await findUnits(
    inputs.map((input) => join(directory, input)),
    {
      stdin: () => process.stdin,
      signal: new AbortController().signal,
      isExcluded: () => false,
      isChanged: (path) => path.endsWith('pod.yaml'),
      render: () => Promise.resolve([]),
    },
  );
  const { units, surroundings } = survey(found);
  expect(units.map((unit) => (unit.kind === 'told' ? '' : unit.file))).toEqual([join(directory, 'pod.yaml')]);
  expect(surroundings.map(({ metadata }) => metadata.name)).toEqual(['shop']);
});

test.each([
  ['k/kustomization.yaml', { path: 'k', type: 'kustomization' }],
  ['Kustomization', { path: '.', type: 'kustomization' }],
  ['charts/web/Chart.yaml', { path: 'charts/web', type: 'chart' }],
])('%s stands for its directory', async (input, directoryOf) => {
  const rendered: unknown[] = [];
  await findUnits([input], {
    stdin: () => process.stdin,
    signal: new AbortController().signal,
    isExcluded: () => false,
    isChanged: () => true,
    render: (directories) => {
      rendered.push(...directories);
      return Promise.resolve([]);
    },
  });
  expect(rendered).toEqual([{ kind: 'directory', ...directoryOf }]);
});
