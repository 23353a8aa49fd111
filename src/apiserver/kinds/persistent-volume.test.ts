import { expect, test } from 'vitest';
import { changeProblems, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { PersistentVolume } from '../../kube/references.ts';
import { persistentVolume } from './persistent-volume.ts';

const object: PersistentVolume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv-1' },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/srv' } },
};

test('its defaults and its row', () => {
  const kept = created(persistentVolume, object);
  expect(kept.spec).toMatchObject({ hostPath: { path: '/srv', type: '' }, volumeMode: 'Filesystem' });
  const claimed = { ...kept, spec: { ...kept.spec, claimRef: { namespace: 'default', name: 'data' } } };
  expect(rowOf(persistentVolume, claimed)).toEqual({
    NAME: 'pv-1',
    CAPACITY: '1Gi',
    'ACCESS MODES': 'RWO',
    'RECLAIM POLICY': 'Retain',
    STATUS: 'Pending',
    CLAIM: 'default/data',
    STORAGECLASS: '',
    VOLUMEATTRIBUTESCLASS: '<unset>',
    REASON: '',
    AGE: '2m',
  });
});

test('it needs a capacity, a mode and one source', () => {
  expect(problemsOf(persistentVolume, { ...object, spec: {} })).toEqual([
    'spec.accessModes: Required value',
    'spec.capacity: Required value',
    'spec: Required value: must specify a volume type',
  ]);
  const two = { ...object, spec: { ...object.spec, nfs: { server: 's', path: '/' } } };
  expect(problemsOf(persistentVolume, two)).toEqual([
    'spec.nfs: Forbidden: may not specify more than 1 volume type',
  ]);
});

test('where it is does not change', () => {
  const next = { ...object, spec: { ...object.spec, hostPath: { path: '/etc' } } };
  expect(changeProblems(persistentVolume, next, object)).toEqual([
    'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
  ]);
});

test('a volume of the network is not carried out', () => {
  const { hostPath: _, ...spec } = object.spec;
  const remote = { ...object, spec: { ...spec, nfs: { server: 's', path: '/' } } };
  expect(persistentVolume.warnings?.(remote)).toEqual([
    'podproof does not carry out spec.nfs: only hostPath and local volumes can be mounted',
  ]);
});

test('mount options, block devices and scrubbing are not carried out', () => {
  const spec = {
    ...object.spec,
    persistentVolumeReclaimPolicy: 'Recycle',
    mountOptions: ['noexec'],
    volumeMode: 'Block' as const,
  };
  expect(persistentVolume.warnings?.({ ...object, spec })).toEqual([
    'podproof does not carry out spec.persistentVolumeReclaimPolicy: nothing is scrubbed: the volume stays Released, as with Retain',
    'podproof does not carry out spec.mountOptions: a directory is bound as it is',
    'podproof does not carry out spec.volumeMode: volumes are directories of this machine',
  ]);
});
