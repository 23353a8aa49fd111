import type { Pod } from '../kube/pod.ts';
import type { PodOptions } from '../node/running-pod.ts';

/** A pod without any network, which no field of PodSpec can ask for. What `run --network none --dry-run` prints. */
export const NETWORK_ANNOTATION = 'podproof.dev/network';

/** What podproof's own annotations ask of the node. */
export function podOptions({ metadata }: Pick<Pod, 'metadata'>): PodOptions {
  return metadata.annotations?.[NETWORK_ANNOTATION] === 'none' ? { withoutNetwork: true } : {};
}
