import { expect, test } from 'vitest';
import { kindOf, podBody } from '../../../test/support/object-service.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { type PodFields, warningsOf } from './warnings.ts';

/** What a node would say that carries no host names out. */
const podFields: PodFields = ({ spec }) =>
  spec.hostname === undefined ? [] : [{ path: ['spec', 'hostname'], reason: `no "${spec.hostname}" here` }];
const pods = { kind: kindOf('pods'), podFields };

function pod(hostname: string): KubeObject {
  return { apiVersion: 'v1', metadata: {}, ...podBody('p', { hostname }), kind: 'Pod' };
}

test('a field of a pod that the node does not carry out is told by its path', () => {
  expect(warningsOf(pods, pod('a'))).toEqual(['podproof does not carry out spec.hostname: no "a" here']);
});

test('and by that in the template of a workload', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { hostname: 'a', containers: [] } };
  const deployment: KubeObject & { readonly spec: object } = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  };
  expect(warningsOf({ kind: kindOf('deployments'), podFields }, deployment)).toEqual([
    'podproof does not carry out spec.template.spec.hostname: no "a" here',
  ]);
});

test('what was told before is not told again', () => {
  expect(warningsOf(pods, pod('a'), pod('a'))).toEqual([]);
  expect(warningsOf(pods, pod('b'), pod('a'))).toHaveLength(1);
});
