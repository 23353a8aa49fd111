import { expect, test } from 'vitest';
import { changeProblems, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Secret } from '../../kube/references.ts';
import { secret } from './secret.ts';

const object: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } };

test('stringData becomes data in base64, over what data says, and the type is Opaque', () => {
  const kept = created(secret, { ...object, data: { a: 'AA==', b: 'AA==' }, stringData: { a: 'word' } });
  expect(kept).toMatchObject({ type: 'Opaque', data: { a: 'd29yZA==', b: 'AA==' } });
  expect(kept).not.toHaveProperty('stringData');
});

test('its row', () => {
  const kept = created(secret, { ...object, stringData: { a: 'word' } });
  expect(rowOf(secret, kept)).toEqual({ NAME: 's', TYPE: 'Opaque', DATA: '1', AGE: '2m' });
});

test.each<readonly [string, readonly string[]]>([
  ['kubernetes.io/tls', ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
  ['kubernetes.io/basic-auth', ['data[username]: Required value', 'data[password]: Required value']],
  ['kubernetes.io/ssh-auth', ['data[ssh-privatekey]: Required value']],
  ['kubernetes.io/dockerconfigjson', ['data[.dockerconfigjson]: Required value']],
  [
    'kubernetes.io/service-account-token',
    ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
  ],
  ['example.com/own', []],
])('one of type %s needs its keys', (type, problems) => {
  expect(problemsOf(secret, { ...object, type })).toEqual(problems);
});

test('credentials of a registry that are no JSON are refused, and not shown', () => {
  const data = { '.dockerconfigjson': Buffer.from('pa55word').toString('base64') };
  expect(problemsOf(secret, { ...object, type: 'kubernetes.io/dockerconfigjson', data })).toEqual([
    'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": not a JSON document',
  ]);
});

test('its type does not change', () => {
  expect(changeProblems(secret, { ...object, type: 'a/b' }, object)).toEqual([
    'type: Invalid value: "a/b": field is immutable',
  ]);
});

test('no token is put into a Secret, and that is told', () => {
  expect(secret.warnings?.({ ...object, type: 'kubernetes.io/service-account-token' })).toEqual([
    'podproof does not carry out type: no token is put into the Secret: ask for one with kubectl create token',
  ]);
  expect(secret.warnings?.({ ...object, type: 'Opaque', data: {} })).toEqual([]);
});
