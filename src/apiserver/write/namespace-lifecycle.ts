import type { KubeObject } from '../../kube/meta.ts';
import type { Namespace } from '../../kube/references.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { Transaction } from '../store/transaction.ts';
import { forbidden, notFound, type Refused } from './refusals.ts';

const NAMESPACES: Refused = { group: '', resource: 'namespaces', kind: 'Namespace' };

/** Without these nothing works. */
const IMMORTAL: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** New objects need a namespace that is there and not on its way out: `NotFound`, `Forbidden`. */
export function requireNamespace(
  transaction: Transaction,
  kind: ResourceKind,
  namespace: string,
  name: string,
): void {
  if (!kind.namespaced) return;
  const found = transaction.get('Namespace', '', namespace);
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    kind,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  );
}

/** Some namespaces may not be deleted: `Forbidden`. */
export function refuseImmortal(kind: ResourceKind, name: string): void {
  if (isNamespaceKind(kind) && IMMORTAL.has(name)) {
    throw forbidden(kind, name, 'this namespace may not be deleted');
  }
}

export function isNamespaceKind({ group, kind }: Pick<ResourceKind, 'group' | 'kind'>): boolean {
  return group === '' && kind === 'Namespace';
}

export function isNamespace(object: KubeObject): object is Namespace {
  return object.apiVersion === 'v1' && object.kind === 'Namespace';
}

/** A namespace that is being deleted: its phase says so, and its controller empties it. */
export function terminating(namespace: Namespace): Namespace {
  return { ...namespace, status: { ...namespace.status, phase: 'Terminating' } };
}

/** What holds an object that is to go: finalizers, and those that a namespace has in its spec. */
export function isHeld(object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return true;
  return isNamespace(object) && (object.spec?.finalizers ?? []).length > 0;
}
