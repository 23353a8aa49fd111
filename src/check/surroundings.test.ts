import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/meta.ts';
import { completeSurroundings, openSurroundings } from './surroundings.ts';

const namespace = (name: string, level: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level } },
});
const account = (name: string, ofNamespace?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, ...(ofNamespace !== undefined && { namespace: ofNamespace }) },
});

test('Namespaces and ServiceAccounts are found, and nothing else is kept', () => {
  const { lookup } = completeSurroundings([
    namespace('a', 'baseline'),
    account('web', 'a'),
    account('web'),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'a' } },
    { apiVersion: 'example.com/v1', kind: 'Namespace', metadata: { name: 'b' } },
  ]);
  expect(lookup.namespace('a')).toEqual(namespace('a', 'baseline'));
  expect(lookup.namespace('b')).toBeUndefined();
  expect(lookup.serviceAccount('a', 'web')).toEqual(account('web', 'a'));
  expect(lookup.serviceAccount('default', 'web')).toEqual(account('web'));
  expect(lookup.serviceAccount('b', 'web')).toBeUndefined();
  expect(lookup.configMap('a', 'a')).toBeUndefined();
});

test('of two with the same name the later counts, in whatever order they are read', () => {
  const surroundings = openSurroundings();
  surroundings.add([namespace('a', 'restricted'), namespace('a', 'baseline')], 3);
  surroundings.add([namespace('a', 'privileged')], 1);
  expect(surroundings.lookup.namespace('a')).toEqual(namespace('a', 'baseline'));
  surroundings.add([namespace('a', 'privileged')], 4);
  expect(surroundings.lookup.namespace('a')).toEqual(namespace('a', 'privileged'));
});

test('who was told what is no longer so is misled, and nobody else', () => {
  const surroundings = openSurroundings();
  const { lookup } = surroundings;
  surroundings.add([namespace('b', 'baseline')], 0);
  for (const [batch, name] of ['a', 'b', 'c'].entries()) {
    surroundings.takeTurn(batch);
    lookup.namespace(name);
    lookup.serviceAccount('a', `web-${batch}`);
  }
  // Known before, and read again.
  surroundings.add([namespace('b', 'baseline')], 1);
  surroundings.add([account('web-2', 'a'), account('web-1', 'b')]);
  surroundings.add([namespace('a', 'privileged')], 9);
  expect([0, 1, 2].map((batch) => surroundings.isMisled(batch))).toEqual([true, false, true]);
});

test('when everything is known, nothing changes any more', () => {
  const surroundings = completeSurroundings([namespace('a', 'baseline')]);
  surroundings.takeTurn(0);
  surroundings.lookup.namespace('a');
  surroundings.add([namespace('a', 'privileged')], 1);
  expect(surroundings.lookup.namespace('a')).toEqual(namespace('a', 'baseline'));
  expect(surroundings.isMisled(0)).toBe(false);
});
