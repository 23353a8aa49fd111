import { expect, test } from 'vitest';
import { contextWith, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Namespace } from '../../kube/references.ts';
import { namespace } from './namespace.ts';

const object: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };

test('a new one is active, has the label with its name and the finalizer that empties it', () => {
  const kept = created(namespace, object);
  expect(kept.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'team' });
  expect(kept.spec).toEqual({ finalizers: ['kubernetes'] });
  expect(rowOf(namespace, kept)).toEqual({ NAME: 'team', STATUS: 'Active', AGE: '2m' });
});

test('nobody takes the label or the finalizer off by an update', () => {
  const kept = created(namespace, object);
  const asked = namespace.defaults({ ...object, spec: {} });
  const next = namespace.prepareUpdate(asked, kept, contextWith());
  expect(next.spec).toEqual({ finalizers: ['kubernetes'] });
  expect(next.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'team' });
});

test('its name is a DNS label', () => {
  expect(problemsOf(namespace, { ...object, metadata: { name: 'a.b' } })).toEqual([
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ]);
});
