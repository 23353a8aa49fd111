import type { KubeObject } from '../../kube/meta.ts';
import type { PodSecurity } from '../pod-security.ts';
import type { ClusterSettings, ResourceKind, UserInfo, WriteContext } from '../resource-kind.ts';
import type { Transaction } from '../store/transaction.ts';
import { type StoredView, viewOf } from '../stored-view.ts';
import type { PodFields } from './warnings.ts';

/** What every write needs: a request's own, and the server's. */
export interface Writing {
  readonly kind: ResourceKind;
  readonly transaction: Transaction;
  readonly settings: ClusterSettings;
  readonly nowMs: number;
  readonly user: UserInfo;
  readonly podSecurity: PodSecurity;
  readonly podFields: PodFields;
  /** Filled while the write goes on. */
  readonly warnings: string[];
}

export function contextOf({ transaction, settings, nowMs, user }: Writing): WriteContext {
  return { objects: transaction, settings, nowMs, user };
}

/** Keeps an object in the shape that its kind is stored in, and answers it as it is then. */
export function keep({ kind, transaction }: Writing, object: KubeObject): KubeObject {
  const view: StoredView = viewOf(kind);
  return view.read(transaction.put(view.stored, view.write(object)));
}

/** Takes an object away and answers it as it was last. */
export function drop({ kind, transaction }: Writing, object: KubeObject): KubeObject {
  const view: StoredView = viewOf(kind);
  return view.read(transaction.remove(view.stored, view.write(object)));
}

/** `meta/v1` Time: whole seconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
