import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../src/kube/meta.ts';
import type { DeleteOptions, ObjectApi, ObjectChange, StoredKind } from '../../src/kube/object-api.ts';

export interface LivingApi extends ObjectApi {
  /** How many writes there were, by kind. */
  readonly writes: Map<StoredKind, number>;
  /** The next write fails with it. */
  failNext(error: Error): void;
}

type Listener = (change: ObjectChange) => void;

/** The API without admission, defaults or disk: objects, their versions, graceful deletion of pods, and watches. */
export function openLivingApi(): LivingApi {
  const kinds = new Map<StoredKind, Map<string, KubeObject>>();
  const listeners = new Map<StoredKind, Set<Listener>>();
  const writes = new Map<StoredKind, number>();
  let version = 0;
  let failure: Error | undefined;
  const objects = (kind: StoredKind): Map<string, KubeObject> => {
    const known = kinds.get(kind) ?? new Map<string, KubeObject>();
    kinds.set(kind, known);
    return known;
  };
  const commit = async (
    kind: StoredKind,
    key: string,
    object: KubeObject | undefined,
  ): Promise<KubeObject | undefined> => {
    if (failure !== undefined) {
      const thrown = failure;
      failure = undefined;
      throw thrown;
    }
    version += 1;
    writes.set(kind, (writes.get(kind) ?? 0) + 1);
    const previous = objects(kind).get(key);
    const stored = object && withMeta(object, { resourceVersion: String(version) });
    if (stored === undefined) objects(kind).delete(key);
    else objects(kind).set(key, stored);
    await new Promise((resolve) => setImmediate(resolve));
    const type = stored === undefined ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED';
    const shown = stored ?? previous;
    if (shown !== undefined)
      for (const listener of listeners.get(kind) ?? []) listener({ type, object: shown, previous });
    return stored;
  };
  const api = {
    writes,
    failNext: (error: Error): void => {
      failure = error;
    },
    get: (kind: StoredKind, namespace: string, name: string) => objects(kind).get(`${namespace}/${name}`),
    list: (kind: StoredKind, namespace?: string) =>
      [...objects(kind)]
        .filter(([key]) => namespace === undefined || key.startsWith(`${namespace}/`))
        .map(([, object]) => object),
    create: async (kind: StoredKind, object: KubeObject) => {
      const {
        namespace = '',
        generateName,
        name = `${generateName ?? ''}${randomUUID().slice(0, 5)}`,
      } = object.metadata;
      const creationTimestamp = new Date().toISOString();
      return commit(
        kind,
        `${namespace}/${name}`,
        withMeta(object, { name, uid: randomUUID(), creationTimestamp, generation: 1 }),
      );
    },
    update: async (
      kind: StoredKind,
      namespace: string,
      name: string,
      change: (current: KubeObject) => KubeObject | undefined,
    ) => {
      const current = objects(kind).get(`${namespace}/${name}`);
      const changed = current && change(current);
      return changed === undefined || changed === current
        ? current
        : commit(kind, `${namespace}/${name}`, changed);
    },
    delete: async (kind: StoredKind, namespace: string, name: string, options: DeleteOptions = {}) => {
      const key = `${namespace}/${name}`;
      const current = objects(kind).get(key);
      if (current === undefined || (options.uid !== undefined && options.uid !== current.metadata.uid))
        return;
      const graceSeconds = options.graceSeconds ?? graceOf(current);
      if (kind !== 'Pod' || graceSeconds === 0) await commit(kind, key, undefined);
      else if (current.metadata.deletionTimestamp === undefined)
        await commit(
          kind,
          key,
          withMeta(current, {
            deletionTimestamp: new Date().toISOString(),
            deletionGracePeriodSeconds: graceSeconds,
          }),
        );
    },
    watch: (kind: StoredKind, listener: Listener) => {
      for (const object of objects(kind).values()) listener({ type: 'ADDED', object, previous: undefined });
      const set = listeners.get(kind) ?? new Set<Listener>();
      listeners.set(kind, set.add(listener));
      return () => set.delete(listener);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kinds and their types are not told apart in here
  return api as unknown as LivingApi;
}

function graceOf(object: KubeObject): number {
  return 'spec' in object &&
    typeof object.spec === 'object' &&
    object.spec !== null &&
    'terminationGracePeriodSeconds' in object.spec
    ? Number(object.spec.terminationGracePeriodSeconds)
    : 30;
}

function withMeta(object: KubeObject, metadata: Partial<KubeObject['metadata']>): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}
