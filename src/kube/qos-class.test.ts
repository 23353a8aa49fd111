import { expect, test } from 'vitest';
import { podOf } from '../../test/support/confine-inputs.ts';
import type { PodSpec } from './pod.ts';
import { type QosClass, qosClassOf } from './qos-class.ts';

const full = { limits: { cpu: '1', memory: '1Gi' } };

test.each<readonly [string, Partial<PodSpec>, QosClass]>([
  ['nothing', {}, 'BestEffort'],
  ['zero is nothing', { containers: [{ name: 'a', resources: { requests: { cpu: 0 } } }] }, 'BestEffort'],
  [
    'other resources do not count',
    { containers: [{ name: 'a', resources: { limits: { x: 1 } } }] },
    'BestEffort',
  ],
  ['limits on both', { containers: [{ name: 'a', resources: full }] }, 'Guaranteed'],
  [
    'equal in another unit',
    { containers: [{ name: 'a', resources: { ...full, requests: { cpu: '1000m', memory: '1024Mi' } } }] },
    'Guaranteed',
  ],
  [
    'a lower request',
    { containers: [{ name: 'a', resources: { ...full, requests: { cpu: '1m' } } }] },
    'Burstable',
  ],
  ['one container without', { containers: [{ name: 'a', resources: full }, { name: 'b' }] }, 'Burstable'],
  [
    'an init container without',
    { containers: [{ name: 'a', resources: full }], initContainers: [{ name: 'i' }] },
    'Burstable',
  ],
  ['memory only', { containers: [{ name: 'a', resources: { limits: { memory: 1 } } }] }, 'Burstable'],
  ['the pod’s own resources alone count', { containers: [{ name: 'a' }], resources: full }, 'Guaranteed'],
  [
    'the pod’s limits with lower requests of its containers, which are then the pod’s',
    { containers: [{ name: 'a', resources: { requests: { memory: '1Mi' } } }], resources: full },
    'Burstable',
  ],
  [
    'the pod’s resources without any, whatever its containers ask for',
    { containers: [{ name: 'a', resources: full }], resources: {} },
    'BestEffort',
  ],
])('%s', (_, spec, expected) => {
  expect(qosClassOf(podOf({ spec }))).toBe(expected);
});
