import { expect, it } from 'vitest';
import type { Pod } from '../kube/pod.ts';
import { checkNames } from './check-names.ts';

const bad = ['../x', '/etc', '.', '..', '', 'a/b', 'a\0b'];

function pod(metadata: Pod['metadata'], spec: Partial<Pod['spec']> = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], ...spec } };
}

it.each(bad)('the name %j stands in no path', (name) => {
  const claim = { name: 'v', persistentVolumeClaim: { claimName: name } };
  expect(() => checkNames(pod({ uid: name }))).toThrow('cannot start pod');
  expect(() => checkNames(pod({ namespace: name }))).toThrow('cannot start pod');
  expect(() => checkNames(pod({}, { containers: [{ name }] }))).toThrow('cannot start pod');
  expect(() => checkNames(pod({}, { volumes: [{ name, emptyDir: {} }] }))).toThrow('cannot start pod');
  expect(() => checkNames(pod({}, { volumes: [claim] }))).toThrow('cannot start pod');
});

it('the names of Kubernetes are good', () => {
  const volumes = [{ name: 'kube-api-access', emptyDir: {} }];
  checkNames(
    pod(
      { uid: '6f2c6a3e-0d3b-4a58-9d7c-0f6f5e0c1b2a', namespace: 'kube-system' },
      { containers: [{ name: 'c' }], volumes },
    ),
  );
});
