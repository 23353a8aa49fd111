import type { ResourceKind, WriteContext } from '../../src/apiserver/resource-kind.ts';
import { type FieldError, formatFieldError } from '../../src/kube/field-error.ts';
import type { KubeObject } from '../../src/kube/meta.ts';
import type { ObjectReader, StoredKind, StoredKinds } from '../../src/kube/object-api.ts';

export const NOW_MS: number = Date.parse('2026-01-01T01:00:00Z');
const CREATED = '2026-01-01T00:58:00Z';

/** A write by somebody on a node where these objects are stored. */
export function contextWith(...objects: readonly KubeObject[]): WriteContext {
  return {
    objects: readerOf(objects),
    settings: {
      nodeName: 'node',
      serviceCidr: '10.96.0.0/16',
      nodePortRange: { first: 30000, last: 32767 },
      clusterDomain: 'cluster.local',
    },
    nowMs: NOW_MS,
    user: { username: 'jo', groups: ['system:masters'] },
  };
}

function readerOf(objects: readonly KubeObject[]): ObjectReader {
  const list = <K extends StoredKind>(kind: K, namespace?: string): readonly StoredKinds[K][] => {
    const found = objects.filter(
      (it) => it.kind === kind && (namespace === undefined || (it.metadata.namespace ?? '') === namespace),
    );
    // Tests give whole objects of their kinds.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return found as unknown as readonly StoredKinds[K][];
  };
  return {
    list,
    get: (kind, namespace, name) => list(kind, namespace).find((it) => it.metadata.name === name),
  };
}

/** The object as the server would keep it. */
export function created<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  context: WriteContext = contextWith(),
): T {
  const metadata = { uid: 'u-1', creationTimestamp: CREATED, ...object.metadata };
  return kind.prepareCreate(kind.defaults({ ...object, metadata }), context);
}

/** What the server would refuse a new object for, as kubectl shows it. */
export function problemsOf<T extends KubeObject>(kind: ResourceKind<T>, object: T): readonly string[] {
  return texts(kind.validate(kind.defaults(object)));
}

/** What it would refuse a change for. */
export function changeProblems<T extends KubeObject>(
  kind: ResourceKind<T>,
  next: T,
  previous: T,
  subresource?: string,
): readonly string[] {
  return texts(kind.validateUpdate(kind.defaults(next), kind.defaults(previous), subresource));
}

function texts(errors: readonly FieldError[]): readonly string[] {
  return errors.map(formatFieldError);
}

/** The row of `kubectl get`; with `wide` that of `-o wide`. */
export function rowOf<T extends KubeObject>(
  kind: ResourceKind<T>,
  object: T,
  wide: 'wide' | 'narrow' = 'narrow',
): Readonly<Record<string, string | number | boolean>> {
  const columns = kind.columns.filter(({ priority }) => wide === 'wide' || priority === 0);
  return Object.fromEntries(columns.map((it) => [it.name.toUpperCase(), it.cell(object, { nowMs: NOW_MS })]));
}
