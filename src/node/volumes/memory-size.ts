import type { Pod } from '../../kube/pod.ts';
import { bytesOf } from '../../kube/quantity.ts';

/**
 * How large a volume in memory may grow: what the pod can use at most (its limit, else all that the node gives to
 * pods), or less when the volume's own limit says so.
 */
export function memoryVolumeBytes(
  pod: Pod,
  sizeLimit: string | number | undefined,
  allocatableBytes: number,
): number {
  const available = podMemoryLimit(pod) ?? allocatableBytes;
  const own = bytesOf(sizeLimit) ?? 0;
  return own > 0 ? Math.min(own, available) : available;
}

/** Undefined unless every container has a limit. Init containers run before the others, sidecars beside them. */
function podMemoryLimit({ spec }: Pod): number | undefined {
  const ofPod = bytesOf(spec.resources?.limits?.['memory']) ?? 0;
  if (ofPod > 0) return ofPod;
  let sidecars = 0;
  let peak = 0;
  for (const { restartPolicy, resources } of spec.initContainers ?? []) {
    const limit = bytesOf(resources?.limits?.['memory']) ?? 0;
    if (limit <= 0) return undefined;
    if (restartPolicy === 'Always') sidecars += limit;
    peak = Math.max(peak, restartPolicy === 'Always' ? sidecars : sidecars + limit);
  }
  const main = spec.containers.map(({ resources }) => bytesOf(resources?.limits?.['memory']) ?? 0);
  if (main.some((limit) => limit <= 0)) return undefined;
  return Math.max(
    peak,
    main.reduce((sum, limit) => sum + limit, sidecars),
  );
}
