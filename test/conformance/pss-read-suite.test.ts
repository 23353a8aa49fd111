import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disagreement } from './pss/disagreement.ts';
import { byCheck, byPolicy } from './pss/judges.ts';
import { expectedDeniers, readSuite } from './pss/read-suite.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pss-suite-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const container = { name: 'c', image: 'registry.example.com/app:1' };

function pod(spec: object): string {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [container], ...spec },
  };
  return JSON.stringify(object);
}

test('a suite is known by its directories, wherever they are and however names are written', () => {
  write('README.md', '#');
  write('suite/testdata/Baseline/v1.41/FAIL/HostNamespaces12.YAML', '');
  write('1.24/restricted/pass/extra/base.json', '');
  write('baseline/latest/fail/capabilities_baseline-3.yml', '');
  write('baseline/v1.24/notes.yaml', '');
  write('baseline/v1.24/pass/notes.txt', '');
  expect(
    readSuite(root).map((it) => [relative(root, it.path), it.level, it.version, it.verdict, it.name]),
  ).toEqual([
    ['1.24/restricted/pass/extra/base.json', 'restricted', 'v1.24', 'pass', 'base'],
    [
      'baseline/latest/fail/capabilities_baseline-3.yml',
      'baseline',
      'latest',
      'fail',
      'capabilitiesbaseline',
    ],
    [
      'suite/testdata/Baseline/v1.41/FAIL/HostNamespaces12.YAML',
      'baseline',
      'v1.41',
      'fail',
      'hostnamespaces',
    ],
  ]);
});

test('the check of the name is wanted, or one that stands in for it at that version', () => {
  const file = { path: '', level: 'restricted', verdict: 'fail', name: 'seccompprofilebaseline' } as const;
  expect(expectedDeniers({ ...file, version: 'v1.18' })).toEqual(['seccompProfile_baseline']);
  expect(expectedDeniers({ ...file, version: 'v1.99' })).toEqual([
    'seccompProfile_baseline',
    'seccompProfile_restricted',
  ]);
});

test.each([
  ['the policy', byPolicy],
  ['podproof check', byCheck],
])('every pod of a file counts for %s, and disagreement is told', async (_, judge) => {
  write(
    'baseline/v1.36/fail/hostnamespaces0.yaml',
    `${pod({ hostPID: true })}\n---\n${pod({ hostIPC: true })}\n`,
  );
  write('baseline/v1.36/fail/hostnamespaces1.yaml', `${pod({ hostPID: true })}\n---\n${pod({})}\n`);
  write('baseline/v1.36/fail/newcheck0.json', pod({ hostPID: true }));
  write('baseline/v1.36/pass/hostnamespaces0.json', pod({ hostNetwork: true }));
  const answers = await Promise.all(readSuite(root).map((file) => disagreement(file, judge, root)));
  expect(answers).toEqual([
    undefined,
    'baseline/v1.36/fail/hostnamespaces1.yaml: wanted hostNamespaces, denied by none',
    'baseline/v1.36/fail/newcheck0.json: named after no check that is known',
    'baseline/v1.36/pass/hostnamespaces0.json: denied by hostNamespaces',
  ]);
});
