import { expect, test } from 'vitest';
import { podOf } from '../../test/support/confine-inputs.ts';
import { podFindings } from './pod-findings.ts';

test('fsGroup is not applied to a hostPath', () => {
  const volumes = [
    { name: 'host', hostPath: { path: '/srv' } },
    { name: 'tmp', emptyDir: {} },
  ];
  const [finding, ...others] = podFindings(
    podOf({ spec: { volumes, securityContext: { fsGroup: 5 } } }),
    'alone',
  );
  expect(finding).toMatchObject({
    code: 'fs-group-on-host-path',
    path: ['spec', 'volumes', 0, 'hostPath'],
    advice: expect.stringContaining('/srv'),
  });
  expect(others).toEqual([]);
});

test('a hostPath without fsGroup is nothing to tell', () => {
  expect(
    podFindings(podOf({ spec: { volumes: [{ name: 'host', hostPath: { path: '/srv' } }] } }), 'alone'),
  ).toEqual([]);
});

test('the old seccomp annotations have no effect', () => {
  const annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default', other: 'x' };
  expect(podFindings(podOf({ metadata: { annotations } }), 'alone')).toMatchObject([
    {
      code: 'seccomp-annotation-ignored',
      path: ['metadata', 'annotations', 'seccomp.security.alpha.kubernetes.io/pod'],
    },
  ]);
});

test('fields without effect are told', () => {
  expect(podFindings(podOf({ spec: { nodeSelector: { disk: 'ssd' } } }), 'alone')).toMatchObject([
    { code: 'field-not-carried-out', severity: 'note', path: ['spec', 'nodeSelector'] },
  ]);
});

test('a plain pod has no findings', () => {
  expect(podFindings(podOf(), 'alone')).toEqual([]);
});
