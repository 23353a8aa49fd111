import { expect, test } from 'vitest';
import type { PodSpec } from '../kube/pod.ts';
import { standardChanges, sumVersionDiffs, versionDiff } from './version-diff.ts';

const ROOT_IN_USER_NAMESPACE: PodSpec = {
  containers: [
    { name: 'c', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
  ],
  securityContext: { seccompProfile: { type: 'RuntimeDefault' }, runAsUser: 0 },
  hostUsers: false,
};

test('a pod with root in a user namespace is let in at v1.35', () => {
  const diff = versionDiff({}, ROOT_IN_USER_NAMESPACE, 'restricted', { from: 'v1.34', to: 'latest' });
  expect(diff.before).toEqual({
    allowed: false,
    message: expect.stringContaining('violates PodSecurity "restricted:v1.34": runAsNonRoot != true'),
  });
  expect(diff.after).toEqual({ allowed: true, message: '' });
  expect(diff.steps).toEqual([
    {
      version: 'v1.35',
      starts: [],
      stops: [
        {
          check: 'runAsNonRoot',
          reason: 'runAsNonRoot != true',
          detail: 'pod or container "c" must set securityContext.runAsNonRoot=true',
          advice: 'write securityContext.runAsNonRoot: true in pod',
        },
        expect.objectContaining({ check: 'runAsUser', detail: 'pod must not set runAsUser=0' }),
      ],
    },
  ]);
});

test('backwards, what began ends, at the version before', () => {
  const { steps } = versionDiff({}, ROOT_IN_USER_NAMESPACE, 'restricted', { from: 'v1.99', to: 'v1.22' });
  expect(steps.map(({ version, starts, stops }) => [version, starts.length, stops.length])).toEqual([
    ['v1.34', 2, 0],
    ['v1.22', 0, 1],
  ]);
});

test('between two versions that are alike nothing changes', () => {
  const range = { from: 'v1.37', to: 'latest' } as const;
  expect(versionDiff({}, ROOT_IN_USER_NAMESPACE, 'restricted', range).steps).toEqual([]);
  expect(standardChanges(range)).toEqual([]);
});

test('the standard says what it changed', () => {
  const changes = standardChanges({ from: 'v1.33', to: 'v1.36' });
  expect(changes.map(({ version, check, change }) => `${version} ${check} ${change}`)).toEqual([
    'v1.34 hostProbesAndHostLifecycle added',
    'v1.35 procMount revised',
    'v1.35 procMount_restricted added',
    'v1.35 runAsNonRoot revised',
    'v1.35 runAsUser revised',
  ]);
  expect(changes[2]).toEqual({
    version: 'v1.35',
    check: 'procMount_restricted',
    title: '/proc Mount Type',
    level: 'restricted',
    change: 'added',
    text: 'Containers keep the default masks over /proc. Stands in for procMount.',
  });
});

test('workloads are counted by what becomes of them', () => {
  const place = {
    source: { file: 'a.yaml', document: 0, line: 1 },
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: 'a',
  };
  const range = { from: 'v1.34', to: 'v1.35' } as const;
  const diffs = [
    { ...place, ...versionDiff({}, ROOT_IN_USER_NAMESPACE, 'restricted', range) },
    { ...place, ...versionDiff({}, ROOT_IN_USER_NAMESPACE, 'baseline', range) },
  ];
  expect(sumVersionDiffs(diffs)).toEqual({ workloads: 2, changed: 1, newlyDenied: 0, newlyAllowed: 1 });
});
