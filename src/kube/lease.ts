import type { KubeObject } from './meta.ts';

/** `coordination.k8s.io/v1` Lease. Times are MicroTime: exactly six decimals. */
export interface Lease extends KubeObject {
  readonly kind: 'Lease';
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
    readonly strategy?: string;
    readonly preferredHolder?: string;
  };
}
