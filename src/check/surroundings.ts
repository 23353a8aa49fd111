import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../kube/meta.ts';
import type { Namespace, ObjectLookup, ServiceAccount } from '../kube/references.ts';

/**
 * What a workload of one file depends on in another: the Namespaces and ServiceAccounts of all inputs. Batches may ask before
 * everything is known; who was told something that is no longer so is remembered.
 */
export interface Surroundings {
  readonly lookup: ObjectLookup;
  /** The batch that asks from now on, by its position. */
  takeTurn(batch: number): void;
  /**
   * Objects of a batch, of which only the two kinds count; of the batch whose turn it is, unless told. Of two with the same
   * name that of the later batch counts, and within a batch the later one, as with `kubectl apply`.
   */
  add(objects: Iterable<KubeObject>, batch?: number): void;
  /** From now on nothing changes any more. */
  complete(): void;
  /** Whether a batch was told something that is no longer so. */
  isMisled(batch: number): boolean;
}

/** For workloads that are only judged once everything is known. */
export function completeSurroundings(objects: Iterable<KubeObject>): Surroundings {
  const surroundings = openSurroundings();
  surroundings.add(objects, 0);
  surroundings.complete();
  return surroundings;
}

export function openSurroundings(): Surroundings {
  const namespaces = openKind();
  // By namespace, then by name.
  const serviceAccounts = new Map<string, Kind>();
  const misled = new Set<number>();
  let turn = 0;
  let isComplete = false;
  const kindOf = ({ kind, metadata }: KubeObject): Kind => {
    if (kind === 'Namespace') return namespaces;
    return serviceAccountsIn(metadata.namespace ?? 'default');
  };
  const serviceAccountsIn = (namespace: string): Kind => {
    let known = serviceAccounts.get(namespace);
    if (known === undefined) {
      known = openKind();
      serviceAccounts.set(namespace, known);
    }
    return known;
  };
  const ask = (kind: Kind, name: string): KubeObject | undefined => {
    const entry = entryOf(kind, name);
    // A batch asks for the same again and again.
    if (!isComplete && entry.askers.at(-1) !== turn) entry.askers.push(turn);
    return entry.object;
  };
  const put = (object: KubeObject, batch: number): void => {
    const entry = entryOf(kindOf(object), object.metadata.name ?? '');
    if (entry.object !== undefined && entry.batch > batch) return;
    const isSame = isDeepStrictEqual(entry.object, object);
    entry.object = object;
    entry.batch = batch;
    if (isSame) return;
    for (const asker of entry.askers) misled.add(asker);
  };
  return {
    lookup: {
      configMap: () => undefined,
      secret: () => undefined,
      persistentVolumeClaim: () => undefined,
      serviceAccount: (namespace, name): ServiceAccount | undefined =>
        ask(serviceAccountsIn(namespace), name),
      namespace: (name): Namespace | undefined => ask(namespaces, name),
    },
    takeTurn: (batch) => {
      turn = batch;
    },
    add: (objects, batch = turn) => {
      if (isComplete) return;
      for (const object of objects) if (isSurroundings(object)) put(object, batch);
    },
    complete: () => {
      isComplete = true;
    },
    isMisled: (batch) => misled.has(batch),
  };
}

/** What is known under each name, and who asked for it. */
type Kind = Map<string, Entry>;

interface Entry {
  object: KubeObject | undefined;
  /** The batch that has the object. */
  batch: number;
  readonly askers: number[];
}

function openKind(): Kind {
  return new Map();
}

function entryOf(kind: Kind, name: string): Entry {
  let entry = kind.get(name);
  if (entry === undefined) {
    entry = { object: undefined, batch: 0, askers: [] };
    kind.set(name, entry);
  }
  return entry;
}

/** Whether an object is of the two kinds. */
export function isSurroundings({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && (kind === 'Namespace' || kind === 'ServiceAccount');
}
