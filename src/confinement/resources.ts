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

const noCpuLimit = sourced(null, byDefault('kubernetes', 'limits.cpu not set'));
const noMemoryLimit = sourced(null, byDefault('kubernetes', 'limits.memory not set'));
const usualPeriod = sourced(cpuPeriodUs, byDefault('kubelet'));
const leastShares = sourced(minCpuShares, byDefault('kubelet', 'requests.cpu not set'));
const none: readonly never[] = Object.freeze([]);

/** Requests and limits as the kubelet turns them into cgroup values. A limit of the pod stands in for a missing own one. */
export function confineResources(pod: Pod, container: ContainerInPod): Resources {
  const cpuLimit = limitOf(pod, container, 'cpu', millicoresOf);
  const memoryLimit = limitOf(pod, container, 'memory', bytesOf);
  return {
    cpuShares: cpuShares(requestOf(container, 'cpu', millicoresOf), cpuLimit),
    cpuQuotaUs:
      cpuLimit === undefined
        ? noCpuLimit
        : sourced(Math.max(minCpuQuotaUs, Math.floor((cpuLimit.value * cpuPeriodUs) / 1000)), cpuLimit.from),
    cpuPeriodUs: usualPeriod,
    memoryLimitBytes: memoryLimit ?? noMemoryLimit,
    hugepageLimits: hugepageLimits(container),
  };
}

/** No request: from the limit; neither: the least there is. */
function cpuShares(
  request: Sourced<number> | undefined,
  limit: Sourced<number> | undefined,
): Sourced<number> {
  const milliCpu = request ?? limit;
  if (milliCpu === undefined) return leastShares;
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

function hugepageLimits({ container, path }: ContainerInPod): Resources['hugepageLimits'] {
  const limits = container.resources?.limits;
  if (limits === undefined) return none;
  return Object.entries(limits).flatMap(([name, quantity]) => {
    if (!name.startsWith(hugepagesPrefix)) return [];
    const pageBytes = bytesOf(name.slice(hugepagesPrefix.length));
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
