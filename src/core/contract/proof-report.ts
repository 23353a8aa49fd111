import type { FindingReport } from './check-report.ts';

/** The JSON of `podproof prove -o json`. Stable and versioned like `CheckReport`. */
export interface ProofReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'ProofReport';
  readonly profile: string;
  readonly kubernetes: string;
  /** `runc 1.1.5`. */
  readonly runtime: string;
  readonly pods: readonly PodProof[];
  readonly summary: {
    readonly pods: number;
    readonly containers: number;
    readonly proven: number;
    readonly failed: number;
    readonly refused: number;
  };
}

/** One pod that was run, or refused. */
export interface PodProof {
  readonly source?: { readonly file: string; readonly document: number; readonly line: number };
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** From the request to the last container running. */
  readonly startedInMs?: number;
  /** Kubernetes' reason and message when the pod as a whole is refused: `FailedCreatePodSandbox`. */
  readonly reason?: string;
  readonly message?: string;
  readonly containers: readonly ContainerProof[];
  readonly findings: readonly FindingReport[];
}

/** One container that was run: what became of it, and its proof when it ran. */
export interface ContainerProof {
  readonly name: string;
  readonly type: 'container' | 'init' | 'sidecar' | 'ephemeral';
  readonly image: string;
  readonly imageDigest?: string;
  /** Kubernetes' own container state object. */
  readonly state: ContainerState;
  /** What to write, or to run, for a container that was refused; `adviceLine` is where, when it is a field. */
  readonly advice?: string;
  readonly adviceLine?: number;
  readonly restartCount: number;
  /** Absent when the container never ran, or ended before it could be observed (then a finding says so). */
  readonly proof?: Proof;
  readonly processes: readonly ProcessReport[];
  /** With a proof: where its process can write, with what lies there, as in `check`. */
  readonly writable?: readonly { readonly path: string; readonly what: string }[];
  readonly findings: readonly FindingReport[];
  /** The last lines of its log when it failed. */
  readonly logTail?: readonly string[];
}

/** `core/v1` ContainerState: exactly one member is set. */
export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly signal?: number;
    readonly reason: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

/** The expected confinement held against the kernel, a fact each; it holds when all of them do. */
export interface Proof {
  readonly holds: boolean;
  readonly facts: readonly Fact[];
}

/** One field of the confinement held against the kernel. `expected` and `observed` are JSON values of the same shape. */
export interface Fact {
  /** `user.uid`, `capabilities.bounding`, `mounts[/tmp]`, `namespaces.user`. */
  readonly field: string;
  readonly expected: unknown;
  readonly observed: unknown;
  readonly holds: boolean;
  /** Where the expectation comes from, as text. */
  readonly from: string;
  readonly line?: number;
  /** Where the observation comes from: `/proc/4711/status CapBnd`. */
  readonly source: string;
  /** Probable cause when it does not hold. */
  readonly explanation?: string;
}

/** A process of a container. */
export interface ProcessReport {
  /** In the container's pid namespace. */
  readonly pid: number;
  readonly hostPid: number;
  readonly parentHostPid: number;
  /** In the container's user namespace, and on the host. */
  readonly uid: number;
  readonly hostUid: number;
  readonly command: string;
}
