import type { ContainerDrift } from '../core/contract/drift-report.ts';
import type { ContainerProof } from '../core/contract/proof-report.ts';
import type { KubeObject } from './meta.ts';

/**
 * `podproof.dev/v1` Proof: what the kernel says of a pod against what its manifest asked for. It has its pod's name and
 * namespace and goes with it.
 */
export interface Proof extends KubeObject {
  readonly kind: 'Proof';
  readonly status: ProofStatus;
}

export interface ProofStatus {
  /** False as soon as one fact of one container does not hold. Undefined while no container could be asked about. */
  readonly holds?: boolean;
  readonly provenAt: string;
  readonly containers: readonly ContainerProof[];
  /** What `kubectl get proofs` shows, each in a word or two. */
  readonly summary: ProofSummary;
}

export interface ProofSummary {
  /** `18/18`, facts over all containers. */
  readonly holds: string;
  /** `1654` or, for containers that differ, `0,1654`. */
  readonly user: string;
  readonly hostUser: string;
  /** `none`, `14`, `all`. */
  readonly capabilities: string;
  /** `read-only` or `writable`. */
  readonly rootfs: string;
  /** `host`, or `65536+65536`: the first host id and how many there are. */
  readonly userNamespace: string;
}

/** `podproof.dev/v1` Drift: what a pod's containers wrote to their root file systems since they started. */
export interface Drift extends KubeObject {
  readonly kind: 'Drift';
  readonly containers: readonly ContainerDrift[];
}
