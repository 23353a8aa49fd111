import type { Quantity, ResourceRequirements } from './meta.ts';

/** `core/v1` PodStatus, as the kubelet reports it. Times are RFC 3339 in UTC. */
export interface PodStatus {
  /** `metadata.generation` of the pod that this is about. */
  readonly observedGeneration?: number;
  readonly phase: PodPhase;
  readonly reason?: string;
  readonly message?: string;
  readonly conditions: readonly PodCondition[];
  readonly hostIP?: string;
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime?: string;
  readonly qosClass: QosClass;
  readonly nominatedNodeName?: string;
  readonly resize?: string;
  readonly resourceClaimStatuses?: readonly unknown[];
  readonly extendedResourceClaimStatus?: unknown;
  readonly allocatedResources?: Readonly<Record<string, Quantity>>;
  readonly resources?: ResourceRequirements;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

export interface PodCondition {
  readonly type: PodConditionType;
  readonly observedGeneration?: number;
  readonly lastProbeTime?: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime: string;
}

export type PodConditionType =
  | 'PodReadyToStartContainers'
  | 'Initialized'
  | 'Ready'
  | 'ContainersReady'
  | 'PodScheduled'
  | 'DisruptionTarget'
  /** Ours: whether the kernel confines the pod as its manifest asks. */
  | 'ConfinementProven';

export interface ContainerStatus {
  readonly name: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly image: string;
  /** The digest of the image; empty until it is known. */
  readonly imageID: string;
  readonly containerID?: string;
  readonly allocatedResources?: Readonly<Record<string, Quantity>>;
  readonly allocatedResourcesStatus?: readonly unknown[];
  readonly resources?: ResourceRequirements;
  readonly volumeMounts?: readonly VolumeMountStatus[];
  readonly stopSignal?: string;
  readonly user?: {
    readonly linux: {
      readonly uid: number;
      readonly gid: number;
      readonly supplementalGroups: readonly number[];
    };
  };
}

/** At most one member is set. */
export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: TerminatedState;
}

export interface TerminatedState {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly containerID?: string;
}

export interface VolumeMountStatus {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: string;
}
