import { expect, test } from 'vitest';
import { changeProblems, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { PersistentVolumeClaim } from '../../kube/references.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';

const object: PersistentVolumeClaim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

test('a new one is pending', () => {
  expect(rowOf(persistentVolumeClaim, created(persistentVolumeClaim, object), 'wide')).toEqual({
    NAME: 'data',
    STATUS: 'Pending',
    VOLUME: '',
    CAPACITY: '',
    'ACCESS MODES': '',
    STORAGECLASS: '',
    VOLUMEATTRIBUTESCLASS: '<unset>',
    AGE: '2m',
    VOLUMEMODE: 'Filesystem',
  });
});

test('a bound one shows its volume', () => {
  const bound: PersistentVolumeClaim = {
    ...object,
    spec: { ...object.spec, volumeName: 'pv-1' },
    status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadOnlyMany', 'ReadWriteOnce'] },
  };
  expect(rowOf(persistentVolumeClaim, bound)).toMatchObject({
    STATUS: 'Bound',
    VOLUME: 'pv-1',
    CAPACITY: '2Gi',
    'ACCESS MODES': 'RWO,ROX',
  });
});

test('it must say how much, and how it is mounted', () => {
  expect(problemsOf(persistentVolumeClaim, { ...object, spec: {} })).toEqual([
    'spec.accessModes: Required value: at least 1 access mode is required',
    'spec.resources.storage: Required value',
  ]);
  expect(problemsOf(persistentVolumeClaim, object)).toEqual([]);
});

test('its volume is set once; what it asks for grows only when it is bound', () => {
  const named = { ...object, spec: { ...object.spec, volumeName: 'pv-1' } };
  expect(changeProblems(persistentVolumeClaim, named, object)).toEqual([]);
  const other = { ...object, spec: { ...object.spec, volumeName: 'pv-2' } };
  expect(changeProblems(persistentVolumeClaim, other, named)[0]).toContain(
    'spec: Forbidden: spec is immutable after creation except resources.requests',
  );
  const larger = { ...named, spec: { ...named.spec, resources: { requests: { storage: '2Gi' } } } };
  expect(changeProblems(persistentVolumeClaim, larger, named)).toHaveLength(1);
  const bound: PersistentVolumeClaim = { ...named, status: { phase: 'Bound' } };
  expect(changeProblems(persistentVolumeClaim, larger, bound)).toEqual([]);
});

test('a block device is not carried out', () => {
  const block: PersistentVolumeClaim = { ...object, spec: { ...object.spec, volumeMode: 'Block' } };
  expect(persistentVolumeClaim.warnings?.(block)).toEqual([
    'podproof does not carry out spec.volumeMode: volumes are directories of this machine',
  ]);
});

test('what a volume is to begin with, and its attributes, are not carried out', () => {
  const dataSource = { kind: 'PersistentVolumeClaim', name: 'other' };
  const spec = { ...object.spec, dataSource, dataSourceRef: dataSource, volumeAttributesClassName: 'fast' };
  expect(persistentVolumeClaim.warnings?.({ ...object, spec })).toEqual([
    'podproof does not carry out spec.dataSource: the volume begins empty, or with what its directory holds',
    'podproof does not carry out spec.dataSourceRef: the volume begins empty, or with what its directory holds',
    'podproof does not carry out spec.volumeAttributesClassName: directories have no such attributes',
  ]);
});
