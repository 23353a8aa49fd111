import type { KubeObject, OwnerReference } from '../kube/meta.ts';
import type { DeleteOptions, ObjectApi, StoredKind } from '../kube/object-api.ts';
import type { Controller, ControllerContext, RunningController } from './controller.ts';
import { updateReferences } from './ownership.ts';
import { storedKindNames, storedKindOf, storedKinds } from './stored-kinds.ts';
import { openWorkQueue, type WorkQueue } from './work-queue.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/**
 * Deletes what all owners of are gone, and holds an owner back that is deleted in the foreground, or that leaves its
 * dependents behind, until these are gone or released.
 */
export const garbageCollector: Controller = {
  name: 'generic-garbage-collector',
  start: (context) => {
    const dependents: Dependents = new Map();
    const queue: WorkQueue = openWorkQueue({
      clock: context.clock,
      onError: context.onError,
      work: (key) => collect(context, dependents, queue, parseKey(key)),
    });
    return watchAll(context, dependents, queue);
  },
};

/** By uid of an owner: the keys of what has a reference to it. */
type Dependents = Map<string, Set<string>>;

interface ObjectName {
  readonly kind: StoredKind;
  readonly namespace: string;
  readonly name: string;
}

function keyOf(kind: StoredKind, { metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

function parseKey(key: string): ObjectName {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  const found = storedKindNames.find((it) => it === kind);
  if (found === undefined) throw new Error(`the garbage collector knows no kind ${kind}`);
  return { kind: found, namespace, name };
}

function watchAll({ api }: ControllerContext, dependents: Dependents, queue: WorkQueue): RunningController {
  const unsubscribe = storedKindNames
    // Events have no owners, and there are many.
    .filter((it) => it !== 'Event')
    .map((kind) =>
      api.watch<StoredKind>(kind, ({ type, object, previous }) => {
        const key = keyOf(kind, object);
        index(dependents, key, previous, type === 'DELETED' ? undefined : object);
        if (type === 'DELETED') addAll(queue, dependents.get(object.metadata.uid ?? ''));
        // Keys are worked on after all watches have begun: nobody is taken for ownerless before the owner was seen.
        if (type !== 'DELETED' && needsWork(object)) queue.add(key);
        if (type === 'DELETED' || object.metadata.deletionTimestamp !== undefined) addOwners(queue, object);
      }),
    );
  return {
    get idle(): boolean {
      return queue.idle;
    },
    close: async () => {
      for (const stop of unsubscribe) stop();
      await queue.close();
    },
  };
}

function index(
  dependents: Dependents,
  key: string,
  previous: KubeObject | undefined,
  next: KubeObject | undefined,
): void {
  for (const { uid } of previous?.metadata.ownerReferences ?? []) {
    const keys = dependents.get(uid);
    keys?.delete(key);
    if (keys?.size === 0) dependents.delete(uid);
  }
  for (const { uid } of next?.metadata.ownerReferences ?? []) {
    const keys = dependents.get(uid) ?? new Set();
    dependents.set(uid, keys.add(key));
  }
}

function addAll(queue: WorkQueue, keys: Iterable<string> = []): void {
  for (const key of keys) queue.add(key);
}

function needsWork({ metadata }: KubeObject): boolean {
  const isHeld = metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length > 0;
  return isHeld || (metadata.ownerReferences ?? []).length > 0;
}

/** An owner that waits for its dependents has one less, or one that is on its way. */
function addOwners(queue: WorkQueue, { metadata }: KubeObject): void {
  for (const reference of metadata.ownerReferences ?? []) {
    const kind = storedKindOf(reference.apiVersion, reference.kind);
    if (kind === undefined) continue;
    const namespace = storedKinds[kind].namespaced ? (metadata.namespace ?? '') : '';
    queue.add(`${kind}/${namespace}/${reference.name}`);
  }
}

async function collect(
  context: ControllerContext,
  dependents: Dependents,
  queue: WorkQueue,
  { kind, namespace, name }: ObjectName,
): Promise<void> {
  const { api } = context;
  const object: KubeObject | undefined = api.get(kind, namespace, name);
  if (object === undefined) return;
  const { deletionTimestamp, finalizers = [], uid = '' } = object.metadata;
  if (deletionTimestamp === undefined) return await collectDependent(context, kind, object, dependents);
  const keys = [...(dependents.get(uid) ?? [])];
  if (finalizers.includes(orphan)) {
    await releaseAll(api, keys, uid);
    return await removeFinalizer(api, kind, object, orphan);
  }
  if (!finalizers.includes(foreground)) return;
  const blocking = keys.filter((key) => isBlocking(api, key, uid));
  if (blocking.length === 0) return await removeFinalizer(api, kind, object, foreground);
  addAll(queue, blocking);
}

function find(api: ObjectApi, key: string): KubeObject | undefined {
  const { kind, namespace, name } = parseKey(key);
  return api.get(kind, namespace, name);
}

function isBlocking(api: ObjectApi, key: string, ownerUid: string): boolean {
  const references = find(api, key)?.metadata.ownerReferences ?? [];
  return references.some((it) => it.uid === ownerUid && it.blockOwnerDeletion === true);
}

async function releaseAll(api: ObjectApi, keys: readonly string[], ownerUid: string): Promise<void> {
  for (const key of keys) {
    const dependent = find(api, key);
    if (dependent !== undefined)
      await dropReferences(api, parseKey(key).kind, dependent, (it) => it.uid === ownerUid);
  }
}

async function dropReferences(
  api: ObjectApi,
  kind: StoredKind,
  object: KubeObject,
  isDropped: (reference: OwnerReference) => boolean,
): Promise<void> {
  await updateReferences(api, kind, object, (references) =>
    references.some(isDropped) ? references.filter((it) => !isDropped(it)) : references,
  );
}

async function removeFinalizer(
  api: ObjectApi,
  kind: StoredKind,
  { metadata }: KubeObject,
  finalizer: string,
): Promise<void> {
  await api.update(kind, metadata.namespace ?? '', metadata.name ?? '', (current) => {
    const { finalizers = [], ...rest } = current.metadata;
    if (current.metadata.uid !== metadata.uid || !finalizers.includes(finalizer)) return undefined;
    const left = finalizers.filter((it) => it !== finalizer);
    return { ...current, metadata: { ...rest, ...(left.length > 0 && { finalizers: left }) } };
  });
}

/** `waiting`: the owner is deleted in the foreground, and this dependent with it. */
type OwnerState = 'solid' | 'gone' | 'waiting';

function ownerState(
  { api }: ControllerContext,
  dependent: KubeObject,
  reference: OwnerReference,
): OwnerState {
  const kind = storedKindOf(reference.apiVersion, reference.kind);
  // Of kinds that are not known here nobody can say that they are gone.
  if (kind === undefined) return 'solid';
  const namespace = storedKinds[kind].namespaced ? (dependent.metadata.namespace ?? '') : '';
  const owner: KubeObject | undefined = api.get(kind, namespace, reference.name);
  if (owner === undefined || owner.metadata.uid !== reference.uid) return 'gone';
  const isWaiting =
    owner.metadata.deletionTimestamp !== undefined &&
    owner.metadata.finalizers?.includes(foreground) === true;
  return isWaiting ? 'waiting' : 'solid';
}

/** As upstream: one solid owner keeps it, and then the references to others go. */
async function collectDependent(
  context: ControllerContext,
  kind: StoredKind,
  object: KubeObject,
  dependents: Dependents,
): Promise<void> {
  const { api } = context;
  const { ownerReferences = [], namespace = '', name = '', uid } = object.metadata;
  if (ownerReferences.length === 0) return;
  const states = new Map(ownerReferences.map((it) => [it.uid, ownerState(context, object, it)]));
  const all = [...states.values()];
  if (all.includes('solid')) {
    if (all.every((it) => it === 'solid')) return;
    return await dropReferences(api, kind, object, (it) => states.get(it.uid) !== 'solid');
  }
  const hasDependents = (dependents.get(uid ?? '')?.size ?? 0) > 0;
  const propagationPolicy = all.includes('waiting') && hasDependents ? 'Foreground' : policyOf(object);
  await api.delete(kind, namespace, name, { propagationPolicy, ...(uid !== undefined && { uid }) });
}

function policyOf({ metadata }: KubeObject): NonNullable<DeleteOptions['propagationPolicy']> {
  if (metadata.finalizers?.includes(orphan) === true) return 'Orphan';
  return metadata.finalizers?.includes(foreground) === true ? 'Foreground' : 'Background';
}
