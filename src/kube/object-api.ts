import type { ClusterNode } from './cluster-node.ts';
import type { EndpointSlice, Endpoints } from './endpoints.ts';
import type { Event } from './event.ts';
import type { Lease } from './lease.ts';
import type { KubeObject } from './meta.ts';
import type { Pod } from './pod.ts';
import type { Proof } from './proof.ts';
import type {
  ConfigMap,
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  Service,
  ServiceAccount,
} from './references.ts';
import type { RuntimeClass } from './runtime-class.ts';
import type { Deployment, Job, ReplicaSet } from './workload-kinds.ts';

/** The stored kinds, by name. A further kind is a further line. */
export interface StoredKinds {
  readonly ConfigMap: ConfigMap;
  readonly Deployment: Deployment;
  readonly EndpointSlice: EndpointSlice;
  readonly Endpoints: Endpoints;
  readonly Event: Event;
  readonly Job: Job;
  readonly Lease: Lease;
  readonly Namespace: Namespace;
  readonly Node: ClusterNode;
  readonly PersistentVolume: PersistentVolume;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly Pod: Pod;
  readonly Proof: Proof;
  readonly ReplicaSet: ReplicaSet;
  readonly RuntimeClass: RuntimeClass;
  readonly Secret: Secret;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
}

export type StoredKind = keyof StoredKinds;

/** The stored objects, as they are at this moment. They are shared: nobody may change them. */
export interface ObjectReader {
  /** `namespace` is '' for kinds that have none. */
  get<K extends StoredKind>(kind: K, namespace: string, name: string): StoredKinds[K] | undefined;
  /** Of one namespace, or of all; by namespace and name. */
  list<K extends StoredKind>(kind: K, namespace?: string): readonly StoredKinds[K][];
}

/**
 * The API from inside the process: what controllers, kubelet and services are written against. The same defaults,
 * validation, admission, finalizers and garbage collection as over HTTP; refusals are `ApiError`s.
 */
export interface ObjectApi extends ObjectReader {
  /** Acknowledged once it is durable. `metadata.generateName` is honoured. */
  create<K extends StoredKind>(kind: K, object: StoredKinds[K]): Promise<StoredKinds[K]>;
  /**
   * Read, change and write in one step, so that there is no conflict. `change` must be pure and synchronous; when it
   * answers undefined or what it was given, nothing is written. Resolves to what is stored then, undefined when there
   * is no such object. `subresource` `status` leaves everything but the status, and without it the status is left;
   * `finalize` is a Namespace's `spec.finalizers`: with the last one a terminating namespace is gone.
   */
  update<K extends StoredKind>(
    kind: K,
    namespace: string,
    name: string,
    change: (current: StoredKinds[K]) => StoredKinds[K] | undefined,
    subresource?: 'status' | 'finalize',
  ): Promise<StoredKinds[K] | undefined>;
  /** No error when it is gone already. Graceful where the kind is: a pod then has a `deletionTimestamp`, and the kubelet ends it with `graceSeconds: 0`. */
  delete(kind: StoredKind, namespace: string, name: string, options?: DeleteOptions): Promise<void>;
  /**
   * Calls back for every object as it is (`ADDED`), before it returns, and then after each write, in the order of the
   * writes, once they are durable. Returns the way to unsubscribe. Listeners must not throw and do their work elsewhere.
   */
  watch<K extends StoredKind>(kind: K, listener: (change: ObjectChange<StoredKinds[K]>) => void): () => void;
}

export interface DeleteOptions {
  readonly graceSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** The object is left alone unless it has this uid. */
  readonly uid?: string;
}

export interface ObjectChange<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
  /** As it was before; undefined for a new one. */
  readonly previous: T | undefined;
}

/** Records events about objects, counting repetitions as upstream's recorder does. Never fails its caller. */
export interface EventRecorder {
  record(event: {
    readonly about: KubeObject;
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly message: string;
    /** `spec.containers{web}`. */
    readonly fieldPath?: string;
    readonly action?: string;
  }): void;
}
