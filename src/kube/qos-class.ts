import type { ResourceRequirements } from './meta.ts';
import type { Pod } from './pod.ts';
import { compareQuantities, type ExactQuantity, parseQuantity } from './quantity.ts';

/** `status.qosClass`. */
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

/**
 * Guaranteed: every container limits cpu and memory and requests just that. BestEffort: none asks for either. With
 * resources on the pod itself, those alone count. Ephemeral containers never do.
 */
export function qosClassOf({ spec }: Pod): QosClass {
  const all: (ResourceRequirements | undefined)[] = [];
  if (spec.resources !== undefined) all.push(spec.resources);
  else {
    for (const { resources } of spec.initContainers ?? []) all.push(resources);
    for (const { resources } of spec.containers) all.push(resources);
  }
  if (!all.some(hasAny)) return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function hasAny(resources: ResourceRequirements | undefined): boolean {
  return counted.some(
    (name) =>
      isPositive(amount(resources?.requests?.[name])) || isPositive(amount(resources?.limits?.[name])),
  );
}

/** A missing request is its limit. */
function isGuaranteed(resources: ResourceRequirements | undefined): boolean {
  return counted.every((name) => {
    const limit = amount(resources?.limits?.[name]);
    const request = amount(resources?.requests?.[name]) ?? limit;
    if (limit === undefined || request === undefined || !isPositive(limit)) return false;
    return compareQuantities(limit, request) === 0;
  });
}

function amount(quantity: string | number | undefined): ExactQuantity | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  return parsed?.ok === true ? parsed.value : undefined;
}

function isPositive(quantity: ExactQuantity | undefined): boolean {
  return quantity !== undefined && quantity.nanos > 0n;
}
