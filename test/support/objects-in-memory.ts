/* oxlint-disable no-unsafe-type-assertion, no-unnecessary-type-parameters -- kinds and their types are looked up by name */
import type { ObjectApi, ObjectChange, StoredKind, StoredKinds } from '../../src/kube/object-api.ts';

/** Objects as they are put there, without defaults, validation or versions: for parts that are written against the API. */
export interface ObjectsInMemory extends ObjectApi {
  /** Writes an object as it is, over whatever has its name. */
  put<K extends StoredKind>(kind: K, object: StoredKinds[K]): void;
  remove(kind: StoredKind, namespace: string, name: string): void;
}

type Listener = (kind: StoredKind, change: ObjectChange<never>) => void;

function keyOf(kind: StoredKind, namespace = '', name = ''): string {
  return `${kind}/${namespace}/${name}`;
}

export function objectsInMemory(): ObjectsInMemory {
  const stored = new Map<string, StoredKinds[StoredKind]>();
  const listeners = new Set<Listener>();
  const tell = (kind: StoredKind, change: ObjectChange): void => {
    for (const listener of listeners) listener(kind, change as ObjectChange<never>);
  };
  const read = <K extends StoredKind>(key: string): StoredKinds[K] | undefined =>
    stored.get(key) as StoredKinds[K] | undefined;
  const put: ObjectsInMemory['put'] = (kind, object) => {
    const key = keyOf(kind, object.metadata.namespace, object.metadata.name);
    const previous = stored.get(key);
    stored.set(key, object);
    tell(kind, { type: previous === undefined ? 'ADDED' : 'MODIFIED', object, previous });
  };
  const remove: ObjectsInMemory['remove'] = (kind, namespace, name) => {
    const key = keyOf(kind, namespace, name);
    const object = stored.get(key);
    if (object === undefined) return;
    stored.delete(key);
    tell(kind, { type: 'DELETED', object, previous: object });
  };
  return {
    put,
    remove,
    get: (kind, namespace, name) => read(keyOf(kind, namespace, name)),
    list: <K extends StoredKind>(kind: K, namespace?: string) =>
      [...stored]
        .filter(([key]) => key.startsWith(namespace === undefined ? `${kind}/` : `${kind}/${namespace}/`))
        .map(([, object]) => object as StoredKinds[K]),
    create: async (kind, object) => {
      put(kind, object);
      return object;
    },
    update: async (kind, namespace, name, change) => {
      const current = read<typeof kind>(keyOf(kind, namespace, name));
      const next = current === undefined ? undefined : change(current);
      if (next === undefined || next === current) return current;
      put(kind, next);
      return next;
    },
    delete: async (kind, namespace, name) => remove(kind, namespace, name),
    watch: (wanted, listener) => {
      const own: Listener = (kind, change) => {
        if (kind === wanted) listener(change);
      };
      for (const [key, object] of stored)
        if (key.startsWith(`${wanted}/`))
          own(wanted, { type: 'ADDED', object, previous: undefined } as ObjectChange<never>);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
