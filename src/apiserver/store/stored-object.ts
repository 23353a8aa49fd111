import type { KubeObject } from '../../kube/meta.ts';
import type { StoredKind } from '../../kube/object-api.ts';

/** `namespace/name`, or `/name`; in the order of keys is in the order that lists have. */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function keyOfObject({ metadata }: KubeObject): string {
  return keyOf(metadata.namespace ?? '', metadata.name ?? '');
}

/** One write that is durable. */
export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: StoredKind;
  readonly key: string;
  /** Of a DELETED one: as it was last, with the resource version of its deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
  readonly sizeBytes: number;
}

/**
 * What JSON would make of a value, frozen to the bottom, so that it can be shared. Parts that are frozen are taken as
 * they are; members that are undefined vanish.
 */
export function settled<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) {
    // The same type, item by item.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Object.freeze(value.map((it: unknown) => settled(it))) as T;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]): [string, unknown] => [name, settled(member)]);
  // `fromEntries` makes own members of all names, `__proto__` too.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.freeze(Object.fromEntries(members)) as T;
}
