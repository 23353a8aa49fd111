import { describe, expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { ResourceRequirements } from '../kube/meta.ts';
import { confineOomScoreAdj } from './oom-score.ts';

const capacity = { memoryCapacityBytes: 10 * 1024 ** 3 };
const asking = (resources: ResourceRequirements): InputParts => ({
  container: { resources },
  platform: capacity,
});
const guaranteed = asking({ limits: { cpu: 1, memory: '1Gi' } });

test.each<readonly [string, InputParts, number]>([
  ['BestEffort', asking({}), 1000],
  ['Guaranteed', guaranteed, -997],
  ['Burstable without a memory request', asking({ requests: { cpu: 1 } }), 999],
  ['Burstable with a tenth of the memory', asking({ requests: { memory: '1Gi' } }), 900],
  ['Burstable with all of it and more', asking({ requests: { memory: '20Gi' } }), 3],
  [
    'a share of what the pod itself requests',
    { spec: { resources: { requests: { memory: '2Gi' } } }, platform: capacity },
    800,
  ],
  [
    'that share is for init containers too, after what they need at once (kubelet/qos/helpers.go)',
    {
      spec: {
        resources: { requests: { memory: '4Gi' } },
        initContainers: [{ name: 'i', resources: { requests: { memory: '2Gi' } } }],
      },
      platform: capacity,
    },
    900,
  ],
  ['critical for the node', { spec: { priorityClassName: 'system-node-critical' } }, -997],
  ['critical for the cluster only', { spec: { priorityClassName: 'system-cluster-critical' } }, 1000],
])('%s: %s', (_, parts, expected) => {
  expect(confineOomScoreAdj(inputOf(parts)).value).toBe(expected);
});

test('a sidecar is not killed before the container that it serves', () => {
  const input = inputOf(asking({ requests: { memory: '1Gi' } }));
  const sidecar = { type: 'sidecar', container: { name: 's' }, path: ['spec', 'initContainers', 0] } as const;
  expect(confineOomScoreAdj({ ...input, container: sidecar }).value).toBe(900);
});

test('a sidecar has its share of what the pod requests as well', () => {
  const resources = { requests: { memory: '3Gi' } };
  const sidecar = { name: 's', restartPolicy: 'Always' } as const;
  const input = inputOf({
    ...asking({ requests: { memory: '1Gi' } }),
    spec: { resources, initContainers: [sidecar] },
  });
  const container = { type: 'sidecar', container: sidecar, path: ['spec', 'initContainers', 0] } as const;
  // 1Gi as the container that it serves, and half of the other 2Gi.
  expect(confineOomScoreAdj({ ...input, container }).value).toBe(800);
});

describe('a machine that cannot lower it', () => {
  const limited = { ...capacity, canRaiseLimits: false, oomScoreAdj: 0 };
  test('gives its own', () => {
    const score = confineOomScoreAdj(inputOf({ ...guaranteed, platform: limited }));
    expect(score.value).toBe(0);
    expect(describeOrigin(score.from)).toContain('CAP_SYS_RESOURCE');
  });
  test('gives what is higher', () => {
    expect(confineOomScoreAdj(inputOf({ platform: limited })).value).toBe(1000);
  });
});
