import { expect, test } from 'vitest';
import type { ClusterNode } from '../kube/cluster-node.ts';
import type { PodSpec } from '../kube/pod.ts';
import { type Rejection, rejectPod } from './reject-pod.ts';

const node: ClusterNode = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', labels: { disk: 'ssd' } },
  spec: {},
};

function rejected(spec: Partial<PodSpec>): Rejection | undefined {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [], ...spec } };
  return rejectPod(pod, node);
}

test('a pod of another operating system is not taken', () => {
  expect(rejected({ os: { name: 'windows' } })).toEqual({
    reason: 'PodOSNotSupported',
    message: "Failed to admit pod as the OS field doesn't match node OS",
  });
  expect(rejected({ os: { name: 'linux' } })).toBeUndefined();
});

test('nor is one for a node with other labels', () => {
  expect(rejected({ nodeSelector: { disk: 'hdd' } })?.reason).toBe('NodeAffinity');
  expect(rejected({ nodeSelector: { disk: 'ssd' } })).toBeUndefined();
});
