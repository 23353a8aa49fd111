import type { KubeObject } from '../../kube/meta.ts';
import type { WriteOptions, WriteTarget } from '../object-service.ts';
import type { PodSecurity } from '../pod-security.ts';
import type { ClusterSettings, ResourceKind } from '../resource-kind.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { keyOf } from '../store/stored-object.ts';
import type { Transaction } from '../store/transaction.ts';
import { viewOf } from '../stored-view.ts';
import { notFound } from './refusals.ts';
import type { PodFields } from './warnings.ts';
import type { Writing } from './writing.ts';

/** What the writes of all requests share. */
export interface WriteEnvironment {
  readonly store: ObjectStore;
  readonly settings: ClusterSettings;
  readonly clock: { now(): number };
  readonly podSecurity: PodSecurity;
  readonly podFields: PodFields;
}

/** Of whom a write is, and whether it is only to see what would come of it. */
export type Requested = Pick<WriteOptions, 'user' | 'dryRun'>;

export interface WriteOutcome<R> {
  readonly result: R;
  readonly warnings: readonly string[];
}

/** Resolves once what was written is durable. */
export async function runWrite<R>(
  { store, settings, clock, podSecurity, podFields }: WriteEnvironment,
  kind: ResourceKind,
  { user, dryRun }: Requested,
  write: (writing: Writing) => R,
): Promise<WriteOutcome<R>> {
  const warnings: string[] = [];
  const within = (transaction: Transaction): R =>
    write({ kind, transaction, settings, nowMs: clock.now(), user, podSecurity, podFields, warnings });
  const result = dryRun ? store.tryOut(within) : await store.write(within);
  return { result, warnings };
}

export function findObject(
  transaction: Transaction,
  { kind, namespace, name }: WriteTarget,
): KubeObject | undefined {
  const view = viewOf(kind);
  const stored = transaction.find(view.stored, keyOf(namespace, name));
  return stored && view.read(stored);
}

/** Throws `NotFound`. */
export function currentObject(transaction: Transaction, target: WriteTarget): KubeObject {
  const object = findObject(transaction, target);
  if (object === undefined) throw notFound(target.kind, target.name);
  return object;
}
