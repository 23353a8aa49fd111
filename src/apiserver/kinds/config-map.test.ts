import { expect, test } from 'vitest';
import { changeProblems, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { ConfigMap } from '../../kube/references.ts';
import { configMap } from './config-map.ts';

const object: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', creationTimestamp: '2026-01-01T00:57:00Z' },
  data: { a: '1', b: '2' },
  binaryData: { c: 'AA==' },
};

test('its row counts texts and bytes', () => {
  expect(rowOf(configMap, object)).toEqual({ NAME: 'settings', DATA: '3', AGE: '3m' });
});

test('an immutable one stays as it is', () => {
  const immutable = { ...object, immutable: true };
  expect(changeProblems(configMap, { ...immutable, data: { a: '2' } }, immutable)).toEqual([
    'data: Forbidden: field is immutable when `immutable` is set',
  ]);
  expect(changeProblems(configMap, object, immutable)).toEqual([
    'immutable: Forbidden: field is immutable when `immutable` is set',
  ]);
  expect(changeProblems(configMap, { ...object, data: {} }, object)).toEqual([]);
});

test('more than a mebibyte is too long', () => {
  const large = { ...object, data: { a: 'x'.repeat(1024 * 1024) }, binaryData: { c: 'AAAA' } };
  expect(problemsOf(configMap, large)).toEqual(['[]: Too long: may not be more than 1048576 bytes']);
  expect(problemsOf(configMap, object)).toEqual([]);
});
