import { expect, test } from 'vitest';
import { created, rowOf } from '../../../test/support/kinds.ts';
import type { ClusterNode } from '../../kube/cluster-node.ts';
import { clusterNode } from './cluster-node.ts';

const object: ClusterNode = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node', labels: { 'node-role.kubernetes.io/control-plane': '' } },
  spec: { unschedulable: true },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    addresses: [{ type: 'InternalIP', address: '10.0.0.2' }],
  },
};

test('a node keeps the status that it registers with, and its row tells it', () => {
  expect(rowOf(clusterNode, created(clusterNode, object), 'wide')).toEqual({
    NAME: 'node',
    STATUS: 'Ready,SchedulingDisabled',
    ROLES: 'control-plane',
    AGE: '2m',
    VERSION: '',
    'INTERNAL-IP': '10.0.0.2',
    'EXTERNAL-IP': '<none>',
    'OS-IMAGE': '<unknown>',
    'KERNEL-VERSION': '<unknown>',
    'CONTAINER-RUNTIME': '<unknown>',
  });
});

test('without a condition its health is unknown', () => {
  const silent: ClusterNode = { ...object, metadata: { name: 'node' }, spec: {}, status: {} };
  expect(rowOf(clusterNode, silent)).toMatchObject({ STATUS: 'Unknown', ROLES: '<none>' });
});

test('a taint with NoExecute ends no pods, and that is told', () => {
  const taints = [{ key: 'gone', effect: 'NoExecute' }];
  expect(clusterNode.warnings?.({ ...object, spec: { taints } })).toEqual([
    'podproof does not carry out spec.taints[0].effect: NoExecute keeps new pods away, and ends none that runs',
  ]);
  expect(
    clusterNode.warnings?.({ ...object, spec: { taints: [{ key: 'full', effect: 'NoSchedule' }] } }),
  ).toEqual([]);
});
