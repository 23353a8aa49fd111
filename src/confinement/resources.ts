import { byDefault, fromManifest, type Sourced, sourced } from '../core/sourced.ts';
import type { Quantity } from '../kube/meta.ts';
import type { Pod } from '../kube/pod.ts';
import { bytesOf, millicoresOf } from '../kube/quantity.ts';
import type { ContainerInPod } from './confine-input.ts';
import type { Resources } from './confinement.ts';

const cpuPeriodUs = 100_000;
const minCpuQuotaUs = 1000;
const minCpuShares = 2;
const maxCpuShares = 262_144;
const hugepagesPrefix = 'hugepages-';

/** Requests and limits as the kubelet turns them into cgroup values. A limit of the pod stands in for a missing own one. */
export function confineResources(pod: Pod, container: ContainerInPod): Resources {
  const cpuLimit = limitOf(pod, container, 'cpu', millicoresOf);
  const memoryLimit = limitOf(pod, container, 'memory', bytesOf);
  return {
    cpuShares: cpuShares(requestOf(container, 'cpu', millicoresOf), cpuLimit),
    cpuQuotaUs:
      cpuLimit === undefined
        ? noLimit('limits.cpu')
        : sourced(Math.max(minCpuQuotaUs, Math.floor((cpuLimit.value * cpuPeriodUs) / 1000)), cpuLimit.from),
    cpuPeriodUs: sourced(cpuPeriodUs, byDefault('kubelet')),
    memoryLimitBytes: memoryLimit ?? noLimit('limits.memory'),
    hugepageLimits: hugepageLimits(container),
  };
}

/** No request: from the limit; neither: the least there is. */
function cpuShares(
  request: Sourced<number> | undefined,
  limit: Sourced<number> | undefined,
): Sourced<number> {
  const milliCpu = request ?? limit;
  if (milliCpu === undefined) return sourced(minCpuShares, byDefault('kubelet', 'requests.cpu not set'));
  const shares = Math.floor((milliCpu.value * 1024) / 1000);
  return sourced(Math.min(maxCpuShares, Math.max(minCpuShares, shares)), milliCpu.from);
}

type Amount = (quantity: Quantity | undefined) => number | undefined;

function requestOf(
  { container, path }: ContainerInPod,
  name: string,
  amount: Amount,
): Sourced<number> | undefined {
  const value = amount(container.resources?.requests?.[name]);
  return value === undefined
    ? undefined
    : sourced(value, fromManifest(...path, 'resources', 'requests', name));
}

/** Zero is no limit. */
function limitOf(
  pod: Pod,
  { container, path }: ContainerInPod,
  name: string,
  amount: Amount,
): Sourced<number> | undefined {
  const own = amount(container.resources?.limits?.[name]);
  if (own !== undefined && own > 0) return sourced(own, fromManifest(...path, 'resources', 'limits', name));
  const ofPod = amount(pod.spec.resources?.limits?.[name]);
  return ofPod !== undefined && ofPod > 0
    ? sourced(ofPod, fromManifest('spec', 'resources', 'limits', name))
    : undefined;
}

function noLimit(field: string): Sourced<null> {
  return sourced(null, byDefault('kubernetes', `${field} not set`));
}

function hugepageLimits({ container, path }: ContainerInPod): Resources['hugepageLimits'] {
  return Object.entries(container.resources?.limits ?? {}).flatMap(([name, quantity]) => {
    const pageBytes = name.startsWith(hugepagesPrefix)
      ? bytesOf(name.slice(hugepagesPrefix.length))
      : undefined;
    const limitBytes = bytesOf(quantity);
    if (pageBytes === undefined || limitBytes === undefined) return [];
    return {
      pageSize: formatPageSize(pageBytes),
      limitBytes: sourced(limitBytes, fromManifest(...path, 'resources', 'limits', name)),
    };
  });
}

/** As the kernel names its hugetlb files: `2MB`, `1GB`. */
function formatPageSize(sizeBytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'] as const;
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size}${units[unit] ?? 'B'}`;
}
