import type { Container, Pod } from '../kube/pod.ts';
import type { QosClass } from '../kube/pod-status.ts';
import { millicoresOf } from '../kube/quantity.ts';

const counted = ['cpu', 'memory'] as const;

/** The pod's quality-of-service class, from the requests and limits of its containers and init containers. */
export function qosClass(pod: Pod): QosClass {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  if (containers.every((container) => !hasAny(container))) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function hasAny(container: Container): boolean {
  return counted.some((resource) => amount(container, 'requests', resource) + amount(container, 'limits', resource) > 0);
}

function isGuaranteed(container: Container): boolean {
  return counted.every((resource) => {
    const limit = amount(container, 'limits', resource);
    const request = amount(container, 'requests', resource);
    return limit > 0 && (request === 0 || request === limit);
  });
}

function amount(container: Container, kind: 'requests' | 'limits', resource: string): number {
  return millicoresOf(container.resources?.[kind]?.[resource]) ?? 0;
}
