import type { Pod } from '../../kube/pod.ts';
import { millisecondsOf } from '../clock.ts';
import { isReady, readySinceMs } from '../pod-state.ts';

/**
 * The `count` pods that are missed least. As upstream: first those that are not assigned, then by phase, then what is
 * not ready, what costs least (`controller.kubernetes.io/pod-deletion-cost`), what has been ready for the shortest time,
 * what restarted most, what is newest. Upstream's buckets of ages are left out: which of two is newer decides.
 */
export function podsToDelete(pods: readonly Pod[], count: number): readonly Pod[] {
  return count >= pods.length ? pods : [...pods].sort(byWorth).slice(0, count);
}

function byWorth(a: Pod, b: Pod): number {
  for (const compare of comparisons) {
    const order = compare(a, b);
    if (order !== 0) return order;
  }
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

/** Each is negative when `a` goes first. */
const comparisons: readonly ((a: Pod, b: Pod) => number)[] = [
  (a, b) => worth(isAssigned(a)) - worth(isAssigned(b)),
  (a, b) => phaseRank(a) - phaseRank(b),
  (a, b) => worth(isReady(a)) - worth(isReady(b)),
  (a, b) => deletionCost(a) - deletionCost(b),
  (a, b) => newerFirst(readySinceMs(a), readySinceMs(b)),
  (a, b) => restarts(b) - restarts(a),
  (a, b) =>
    newerFirst(millisecondsOf(a.metadata.creationTimestamp), millisecondsOf(b.metadata.creationTimestamp)),
];

function worth(isGood: boolean): number {
  return isGood ? 1 : 0;
}

function isAssigned({ spec }: Pod): boolean {
  return spec.nodeName !== undefined && spec.nodeName !== '';
}

function phaseRank({ status }: Pod): number {
  if (status?.phase === 'Running') return 2;
  return status?.phase === 'Unknown' ? 1 : 0;
}

function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? '';
  return /^(?:0|-?[1-9]\d{0,9})$/.test(text) ? Number(text) : 0;
}

function newerFirst(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  return (b ?? Infinity) - (a ?? Infinity);
}

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map((it) => it.restartCount));
}
