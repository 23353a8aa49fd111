import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { hostPathVolumes } from './host-path-volumes.ts';

test('every hostPath is named by its volume', () => {
  const volumes = [
    { name: 'a', hostPath: { path: '/' } },
    { name: 'b', emptyDir: {} },
    { name: 'c', hostPath: { path: '/x' } },
  ];
  expect(verdictOf(hostPathVolumes, 'v1.0', { volumes })).toEqual({
    text: 'hostPath volumes (volumes "a", "c")',
    fields: ['spec.volumes[0].hostPath', 'spec.volumes[2].hostPath'],
  });
});

test('other volumes are allowed', () => {
  expect(verdictOf(hostPathVolumes, 'latest', { volumes: [{ name: 'a', emptyDir: {} }] })).toBe('allowed');
});
