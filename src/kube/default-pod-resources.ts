import type { Quantity, ResourceRequirements } from './meta.ts';
import type { Container, PodSpec } from './pod.ts';
import { bytesOf, millicoresOf } from './quantity.ts';

type Amount = (container: Container) => number | undefined;

/**
 * What the containers of a pod need together: all that last, or at its start an init container with the sidecars before
 * it, if that is more. Undefined when none asks for any.
 */
export function requestOfContainers(
  { containers, initContainers = [] }: Pick<PodSpec, 'containers' | 'initContainers'>,
  amountOf: Amount,
): number | undefined {
  if (![...containers, ...initContainers].some((container) => amountOf(container) !== undefined))
    return undefined;
  let sidecars = 0;
  let peak = 0;
  for (const container of initContainers) {
    const amount = amountOf(container) ?? 0;
    if (container.restartPolicy === 'Always') sidecars += amount;
    peak = Math.max(peak, container.restartPolicy === 'Always' ? sidecars : sidecars + amount);
  }
  const lasting = containers.reduce((sum, container) => sum + (amountOf(container) ?? 0), sidecars);
  return Math.max(lasting, peak);
}

/**
 * The pod's own resources: with limits, what it does not request is what its containers request together, else the limit
 * (`defaultPodRequests` of apis/core/v1). The containers have their own defaults already.
 */
export function defaultedPodResources(
  resources: ResourceRequirements,
  containers: Pick<PodSpec, 'containers' | 'initContainers'>,
): ResourceRequirements {
  const { limits = {}, requests = {} } = resources;
  if (Object.keys(limits).length === 0) return resources;
  const cpu = requestOfContainers(containers, ({ resources: own }) => millicoresOf(own?.requests?.['cpu']));
  const memory = requestOfContainers(containers, ({ resources: own }) => bytesOf(own?.requests?.['memory']));
  const together: Readonly<Record<string, Quantity>> = {
    ...(cpu !== undefined && { cpu: `${cpu}m` }),
    ...(memory !== undefined && { memory: String(memory) }),
  };
  const ofLimits = Object.fromEntries(Object.entries(limits).filter(([name]) => ofPods.test(name)));
  return { ...resources, requests: { ...ofLimits, ...together, ...requests } };
}

/** What a pod can ask for itself. */
const ofPods = /^(?:cpu|memory|hugepages-.*)$/;
