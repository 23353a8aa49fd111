import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { ResourceRequirements } from '../kube/meta.ts';
import { confineResources } from './resources.ts';

function resourcesOf(resources: ResourceRequirements, ofPod: ResourceRequirements = {}) {
  const { pod, container } = inputOf({ container: { resources }, spec: { resources: ofPod } });
  return confineResources(pod, container);
}

describe('cpu', () => {
  test.each<readonly [ResourceRequirements, number, number | null]>([
    [{}, 2, null],
    [{ requests: { cpu: '1' } }, 1024, null],
    [{ requests: { cpu: '250m' } }, 256, null],
    [{ requests: { cpu: '1m' } }, 2, null],
    [{ requests: { cpu: 1000 } }, 262_144, null],
    [{ limits: { cpu: '500m' } }, 512, 50_000],
    [{ requests: { cpu: '100m' }, limits: { cpu: 2 } }, 102, 200_000],
    [{ limits: { cpu: '5m' } }, 5, 1000],
    [{ limits: { cpu: 0 } }, 2, null],
  ])('%j: %d shares, quota %s', (resources, shares, quota) => {
    const { cpuShares, cpuQuotaUs, cpuPeriodUs } = resourcesOf(resources);
    expect([cpuShares.value, cpuQuotaUs.value, cpuPeriodUs.value]).toEqual([shares, quota, 100_000]);
  });
});

test('the memory limit is in bytes, with its origin', () => {
  const { memoryLimitBytes } = resourcesOf({ limits: { memory: '64Mi' } });
  expect(memoryLimitBytes.value).toBe(64 * 1024 ** 2);
  expect(describeOrigin(memoryLimitBytes.from)).toBe('spec.containers[0].resources.limits.memory');
});

test('no memory limit', () => {
  expect(resourcesOf({ requests: { memory: '64Mi' } }).memoryLimitBytes.value).toBeNull();
});

test('the pod’s limit stands in for a missing one', () => {
  const { memoryLimitBytes } = resourcesOf({}, { limits: { memory: '1Gi' } });
  expect(memoryLimitBytes.value).toBe(1024 ** 3);
  expect(describeOrigin(memoryLimitBytes.from)).toBe('spec.resources.limits.memory');
});

test('huge pages are limited by page size, named as the kernel does', () => {
  const { hugepageLimits } = resourcesOf({ limits: { 'hugepages-2Mi': '4Mi', 'hugepages-1Gi': '1Gi' } });
  expect(hugepageLimits.map(({ pageSize, limitBytes }) => [pageSize, limitBytes.value])).toEqual([
    ['2MB', 4 * 1024 ** 2],
    ['1GB', 1024 ** 3],
  ]);
});
