import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { restrictedVolumes } from './restricted-volumes.ts';

test('volumes and kinds are named', () => {
  const volumes = [
    { name: 'b', nfs: { server: 's', path: '/' } },
    { name: 'a', hostPath: { path: '/' } },
    { name: 'c', nfs: { server: 's', path: '/' } },
  ];
  expect(verdictOf(restrictedVolumes, 'v1.0', { volumes })).toEqual({
    text: 'restricted volume types (volumes "b", "a", "c" use restricted volume types "hostPath", "nfs")',
    fields: ['spec.volumes[0].nfs', 'spec.volumes[1].hostPath', 'spec.volumes[2].nfs'],
  });
});

test('one volume uses one kind', () => {
  expect(verdictOf(restrictedVolumes, 'latest', { volumes: [{ name: 'a', storageos: {} }] })).toMatchObject({
    text: 'restricted volume types (volume "a" uses restricted volume type "storageos")',
  });
});

test.each([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
])('%s is allowed', (kind) => {
  expect(verdictOf(restrictedVolumes, 'latest', { volumes: [{ name: 'a', [kind]: {} }] })).toBe('allowed');
});

test('no source at all means an emptyDir; a source that nobody knows is forbidden', () => {
  expect(verdictOf(restrictedVolumes, 'latest', { volumes: [{ name: 'a' }] })).toBe('allowed');
  const volumes = [{ name: 'a', floppy: {} }];
  expect(verdictOf(restrictedVolumes, 'latest', { volumes })).toEqual({
    text: 'restricted volume types (volume "a" uses restricted volume type "unknown")',
    fields: ['spec.volumes[0]'],
  });
});
