import type { KubeObject } from '../kube/meta.ts';
import type { DeleteOptions, ObjectApi, ObjectReader } from '../kube/object-api.ts';
import type { ResourceKind, UserInfo } from './resource-kind.ts';

/**
 * Reads and writes objects of any kind, as requests ask for it: decoding with field validation, defaults, validation,
 * admission, conflicts, dry-run, generation, finalizers, graceful deletion, garbage collection. Refusals are `ApiError`s
 * with upstream's texts. The HTTP door and the controllers' in-process API are both thin layers over it.
 */
export interface ObjectService {
  readonly reader: ObjectReader;
  /** The latest resource version, as a string of an integer. */
  readonly resourceVersion: string;
  get(kind: ResourceKind, namespace: string, name: string): KubeObject;
  list(kind: ResourceKind, query: ListQuery): ListResult;
  /** `body`: parsed JSON of whatever shape. */
  create(kind: ResourceKind, namespace: string, body: unknown, options: WriteOptions): Promise<Written>;
  update(target: WriteTarget, body: unknown, options: WriteOptions): Promise<Written>;
  patch(target: WriteTarget, patch: Patch, options: WriteOptions): Promise<Written>;
  /** The in-process read-modify-write of `ObjectApi.update`: typed, no field validation. */
  change(
    target: WriteTarget,
    change: (current: KubeObject) => KubeObject | undefined,
    user: UserInfo,
  ): Promise<KubeObject | undefined>;
  delete(kind: ResourceKind, namespace: string, name: string, options: DeleteRequest): Promise<Deleted>;
  deleteCollection(kind: ResourceKind, query: ListQuery, options: DeleteRequest): Promise<ListResult>;
  /** Throws `Expired` when `resourceVersion` is too old to be replayed. */
  watch(kind: ResourceKind, query: WatchQuery, listener: (event: WatchEvent) => void): Subscription;
  /** The API for a component of the node, under a user name of its own. */
  as(user: UserInfo): ObjectApi;
  /** What the audit level of Pod Security found, newest last; at most 1000. */
  readonly audit: readonly AuditRecord[];
  close(): Promise<void>;
}

export interface WriteTarget {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
  /** `status`, `scale`, `ephemeralcontainers`, `finalize`; undefined: the object itself. */
  readonly subresource?: string;
}

export interface WriteOptions {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  readonly fieldManager?: string;
}

export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
  /** For `Warning` headers: unknown fields, Pod Security, ... */
  readonly warnings: readonly string[];
}

export type Patch =
  | { readonly type: 'json'; readonly operations: unknown }
  | { readonly type: 'merge' | 'strategic'; readonly document: unknown };

export interface ListQuery {
  /** Undefined: of all namespaces. */
  readonly namespace: string | undefined;
  /** As in the query string: `app in (a,b),!c`. */
  readonly labelSelector?: string;
  /** `status.phase!=Failed,spec.nodeName=n`: fields that the kind is selected by (`ResourceKind.selectableFields`). */
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
}

export interface ListResult {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface WatchQuery extends Omit<ListQuery, 'limit' | 'continue'> {
  /** Absent or `0`: everything there is comes as ADDED first. */
  readonly resourceVersion?: string;
  readonly allowBookmarks: boolean;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface Subscription {
  close(): void;
}

export interface DeleteRequest extends DeleteOptions {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly resourceVersion?: string;
}

/** `object` as it is now (graceful: with a deletionTimestamp) or was last. */
export interface Deleted {
  readonly object: KubeObject;
  readonly gone: boolean;
}

/** What `audit` labels of a namespace found about a request that was let through. */
export interface AuditRecord {
  readonly at: string;
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}
