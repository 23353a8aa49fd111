import type { FieldError } from '../kube/field-error.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ObjectReader, StoredKind } from '../kube/object-api.ts';
import type { Schema } from '../kube/schema/schema.ts';
import type { FieldTable } from './fields/field-table.ts';

/**
 * One kind of the API: everything that is its own. `kinds/` has one file per kind with one value of this type, and
 * `kinds.ts` lists them; all else of the API server is generic. All functions are pure.
 */
export interface ResourceKind<T extends KubeObject = KubeObject> {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, as in the path: `pods`. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** `all`: listed by `kubectl get all`. */
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Undefined: every request makes an answer and nothing is kept (SelfSubjectAccessReview). */
  readonly stored: StoredAs<T> | undefined;
  /** That of `T`: `defineKind` compares them. Not in terms of `T` here, so that kinds fit into one list. */
  readonly schema: Schema<KubeObject>;
  /** What the API server fills in, on every write. Idempotent. */
  defaults(object: T): T;
  /**
   * A new object as it is kept: without what a client may not set, with what the server allots (`clusterIP`). It has been
   * defaulted, and has its name, namespace, uid and creationTimestamp. Refusals are thrown as `ApiError`s.
   */
  prepareCreate(object: T, context: WriteContext): T;
  /** A changed object as it is kept; `next` has been defaulted, and has the `status` of `previous` already. */
  prepareUpdate(next: T, previous: T, context: WriteContext): T;
  validate(object: T): readonly FieldError[];
  /**
   * Beyond `validate`: what may not change. Common metadata is checked by the server for all kinds. `subresource`: what
   * was written to, as some changes are for it alone (`ephemeralcontainers`, `status`).
   */
  validateUpdate(next: T, previous: T, subresource?: string): readonly FieldError[];
  /** What `metadata.generation` counts the changes of; all but metadata and status when the kind does not say. */
  wanted?(object: T): object;
  /** What is told with every answer about a kind that is on its way out. */
  readonly deprecation?: string;
  /** What becomes of each field; empty for kinds that ask for nothing, and for Pod, whose table the node has. */
  readonly fields: readonly FieldTable<T>[];
  /** What is told with a write that is carried out: above all the fields that this node does nothing about. */
  warnings?(object: T): readonly string[];
  /** Seconds between DELETE and the end when the request names none; undefined: the object is gone at once. */
  graceSeconds(object: T): number | undefined;
  readonly columns: readonly Column<T>[];
  /** What a field selector may name, beyond the name and the namespace that all objects have. */
  readonly selectableFields: readonly SelectableField[];
  readonly subresources: readonly Subresource[];
  /** For `scale`. */
  readonly scale?: ScaleAccess<T>;
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** Another view of stored objects converts: `events.k8s.io/v1` of core's events. */
export interface StoredAs<T extends KubeObject> {
  readonly kind: StoredKind;
  readonly convert?: {
    fromStored(stored: KubeObject): T;
    toStored(object: T): KubeObject;
  };
}

export interface WriteContext {
  readonly objects: ObjectReader;
  readonly settings: ClusterSettings;
  readonly nowMs: number;
  readonly user: UserInfo;
}

/** What a cluster's administrator would have set. */
export interface ClusterSettings {
  readonly nodeName: string;
  /** `10.96.0.0/16` in CIDR notation; the first address is the API server's, the tenth the DNS server's. */
  readonly serviceCidr: string;
  readonly nodePortRange: { readonly first: number; readonly last: number };
  readonly clusterDomain: string;
}

/** Who asks: `authentication.k8s.io/v1` UserInfo. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** `spec.nodeName`, as a field selector names it. */
export interface SelectableField {
  readonly label: string;
  /** Where it is, when that is not what it is called: `source.component` for an event's `source`. */
  readonly path?: string;
  /** The text of it in an object that does not have it: `false`, `0`. */
  readonly absent?: string;
}

/** A column of `kubectl get`. `priority` 1: only with `-o wide`. */
export interface Column<T> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'number' | 'boolean';
  readonly format?: 'name';
  readonly description: string;
  readonly priority: 0 | 1;
  /** Times as RFC 3339 are turned into ages by `columnAge` before they get here: cells are what is printed. */
  cell(object: T, context: ColumnContext): string | number | boolean;
}

export interface ColumnContext {
  readonly nowMs: number;
}

/** What discovery says of `pods/log`. Requests to it are handled by the server, not by the kind. */
export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly Verb[];
}

export interface ScaleAccess<T> {
  replicasOf(object: T): number;
  withReplicas(object: T, replicas: number): T;
  currentReplicas(object: T): number;
  /** `app=web`. */
  selectorOf(object: T): string;
}
