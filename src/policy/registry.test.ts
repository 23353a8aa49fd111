import { expect, test } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import type { Check, VersionedCheck } from './check.ts';
import { CHECKS } from './checks.ts';
import { buildRegistry, checksFor, NEWEST_VERSION } from './registry.ts';

const review = (): undefined => undefined;

function problemsOf(...checks: readonly Partial<Check>[]): readonly string[] {
  const complete = checks.map(
    (check) =>
      ({
        id: 'a',
        level: 'baseline',
        title: '',
        description: '',
        restricts: [],
        remedy: '',
        versions: [],
        ...check,
      }) as const,
  );
  try {
    buildRegistry(complete);
    return [];
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
    return error.problems;
  }
}

test('upstream has nineteen checks, the newest change at v1.37', () => {
  expect(CHECKS).toHaveLength(19);
  expect(NEWEST_VERSION).toBe('v1.37');
});

test('baseline comes before restricted, each by id; overridden checks are left out', () => {
  expect(checksFor('restricted', 'v1.36').checks.map(({ id }) => id)).toEqual([
    'appArmorProfile',
    'hostNamespaces',
    'hostPorts',
    'hostProbesAndHostLifecycle',
    'privileged',
    'seLinuxOptions',
    'sysctls',
    'windowsHostProcess',
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'procMount_restricted',
    'restrictedVolumes',
    'runAsNonRoot',
    'runAsUser',
    'seccompProfile_restricted',
  ]);
});

test('old versions have what there was then', () => {
  expect(checksFor('restricted', 'v1.0').checks.map(({ id }) => id)).toEqual([
    'appArmorProfile',
    'capabilities_baseline',
    'hostNamespaces',
    'hostPorts',
    'privileged',
    'procMount',
    'seLinuxOptions',
    'seccompProfile_baseline',
    'sysctls',
    'windowsHostProcess',
    'restrictedVolumes',
    'runAsNonRoot',
  ]);
  expect(checksFor('baseline', 'v1.33').checks).toHaveLength(11);
});

test('latest and versions to come mean the newest that is known; privileged has no checks', () => {
  expect(checksFor('restricted', 'latest')).toBe(checksFor('restricted', 'v1.37'));
  expect(checksFor('restricted', 'v1.99')).toBe(checksFor('restricted', 'v1.37'));
  expect(checksFor('privileged', 'latest').checks).toEqual([]);
});

const v = (minimumVersion: `v1.${number}`, ...overrides: readonly string[]): VersionedCheck => ({
  minimumVersion,
  review,
  overrides,
});

test('a table that is not legal is refused with every problem', () => {
  expect(problemsOf({ versions: [v('v1.0')] }, { versions: [v('v1.0')] })).toEqual(['a: registered twice']);
  expect(problemsOf({ versions: [] })).toEqual(['a: no versions']);
  expect(problemsOf({ versions: [v('v1.2'), v('v1.2')] })).toEqual([
    'a: versions must be strictly increasing at v1.2',
  ]);
  expect(problemsOf({ versions: [v('v1.0', 'b')] }, { id: 'b', versions: [v('v1.0')] })).toEqual([
    'a: only restricted checks may override',
  ]);
  expect(problemsOf({ level: 'restricted', versions: [v('v1.0', 'b')] })).toEqual([
    'a: overrides b, which is no baseline check',
  ]);
});
