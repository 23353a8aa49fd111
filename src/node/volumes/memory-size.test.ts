import { expect, it } from 'vitest';
import type { Container, Pod, PodSpec } from '../../kube/pod.ts';
import { memoryVolumeBytes } from './memory-size.ts';

const gi = 1024 ** 3;
const limited = (name: string, memory?: string, more: Partial<Container> = {}): Container => ({
  name,
  ...(memory === undefined ? {} : { resources: { limits: { memory } } }),
  ...more,
});

function size(spec: PodSpec, sizeLimit?: string): number {
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec };
  return memoryVolumeBytes(pod, sizeLimit, 16 * gi) / gi;
}

it("is the node's memory where a container has no limit, and never more than the volume's own limit", () => {
  expect(size({ containers: [limited('a', '1Gi'), limited('b')] })).toBe(16);
  expect(size({ containers: [limited('a')] }, '2Gi')).toBe(2);
  expect(size({ containers: [limited('a')] }, '0')).toBe(16);
  expect(size({ containers: [limited('a')] }, '64Gi')).toBe(16);
});

it("is the pod's own limit where there is one", () => {
  expect(size({ containers: [limited('a', '1Gi'), limited('b', '2Gi')] })).toBe(3);
  expect(size({ containers: [limited('a', '1Gi')] }, '4Gi')).toBe(1);
  expect(size({ containers: [limited('a')], resources: { limits: { memory: '5Gi' } } })).toBe(5);
});

it('counts init containers before the others and sidecars beside them', () => {
  const sidecar = limited('s', '1Gi', { restartPolicy: 'Always' });
  expect(size({ initContainers: [sidecar, limited('i', '4Gi')], containers: [limited('a', '2Gi')] })).toBe(5);
  expect(size({ initContainers: [sidecar], containers: [limited('a', '2Gi')] })).toBe(3);
  expect(size({ initContainers: [limited('i')], containers: [limited('a', '2Gi')] })).toBe(16);
});
