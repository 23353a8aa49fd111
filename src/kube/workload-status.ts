import type { Quantity } from './meta.ts';

/** `apps/v1` DeploymentStatus. */
export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly conditions?: readonly WorkloadCondition[];
  readonly collisionCount?: number;
}

/** `apps/v1` ReplicaSetStatus. */
export interface ReplicaSetStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly WorkloadCondition[];
}

/** `batch/v1` JobStatus. */
export interface JobStatus {
  readonly conditions?: readonly WorkloadCondition[];
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly ready?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
}

export interface WorkloadCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
  readonly lastProbeTime?: string;
  readonly lastTransitionTime?: string;
  readonly observedGeneration?: number;
}

/** `core/v1` ServiceStatus. */
export interface ServiceStatus {
  readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] };
  readonly conditions?: readonly WorkloadCondition[];
}

export interface LoadBalancerIngress {
  readonly ip?: string;
  readonly ipMode?: string;
  readonly hostname?: string;
  readonly ports?: readonly unknown[];
}

export interface NamespaceStatus {
  readonly phase?: 'Active' | 'Terminating';
  readonly conditions?: readonly WorkloadCondition[];
}

export interface PersistentVolumeClaimStatus {
  readonly phase?: 'Pending' | 'Bound' | 'Lost';
  readonly accessModes?: readonly string[];
  readonly capacity?: Readonly<Record<string, Quantity>>;
  readonly conditions?: readonly WorkloadCondition[];
  readonly allocatedResources?: Readonly<Record<string, Quantity>>;
  readonly allocatedResourceStatuses?: Readonly<Record<string, string>>;
  readonly currentVolumeAttributesClassName?: string;
  readonly modifyVolumeStatus?: unknown;
}

export interface PersistentVolumeStatus {
  readonly phase?: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed';
  readonly message?: string;
  readonly reason?: string;
  readonly lastPhaseTransitionTime?: string;
}
