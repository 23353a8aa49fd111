/** The JSON of `podproof status -o json`, and of `up -o json`. Stable like `CheckReport`. */
export interface NodeReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'NodeReport';
  readonly running: boolean;
  /** `changing`: it starts or stops just now. `killed`: it has ended without its own doing; its pods may go on running. */
  readonly state: 'running' | 'changing' | 'stopped' | 'killed';
  /** Of the node's process, also of one that was killed. */
  readonly pid?: number;
  readonly url?: string;
  readonly kubeconfig: string;
  readonly kubernetes: string;
  readonly startedAt?: string;
  /** From the process's start to the first answered request; only where it was just started. */
  readonly readyInMs?: number;
  readonly memoryBytes?: number;
  readonly log: string;
  /** Present while the node answers. */
  readonly pods?: readonly PodSummary[];
  /** What the `audit` levels of namespaces have found, newest last. */
  readonly audit?: readonly AuditEntry[];
}

export interface PodSummary {
  readonly namespace: string;
  readonly name: string;
  /** The cells of `kubectl get pods`. */
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
  readonly age: string;
  /** `18/18`; absent while nothing is proven. */
  readonly proof?: string;
}

export interface AuditEntry {
  readonly at: string;
  readonly user: string;
  readonly object: string;
  readonly message: string;
}
