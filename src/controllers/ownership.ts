import { selectorMatches } from '../kube/label-selector.ts';
import type { KubeObject, LabelSelector, OwnerReference } from '../kube/meta.ts';
import type { ObjectApi, StoredKinds } from '../kube/object-api.ts';

/** The reference of the object's one managing controller. */
export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find((it) => it.controller === true);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  const reference = controllerOf(object);
  return reference !== undefined && reference.uid === owner.metadata.uid;
}

/** The reference that a controller puts into what it makes. */
export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/**
 * The objects of the owner's namespace that are its own: those it controls and selects. What it selects and nobody
 * controls is adopted, what it controls and no longer selects is released.
 */
export async function claimObjects<K extends 'Pod' | 'ReplicaSet'>(
  api: ObjectApi,
  kind: K,
  owner: KubeObject,
  selector: LabelSelector,
): Promise<readonly StoredKinds[K][]> {
  const claimed: StoredKinds[K][] = [];
  for (const object of api.list(kind, owner.metadata.namespace)) {
    const reference = controllerOf(object);
    const selected = selectorMatches(selector, object.metadata.labels ?? {});
    if (reference !== undefined && reference.uid !== owner.metadata.uid) continue;
    if (reference !== undefined && selected) claimed.push(object);
    else if (owner.metadata.deletionTimestamp !== undefined) continue;
    else if (reference !== undefined) await release(api, kind, owner, object);
    else if (selected && object.metadata.deletionTimestamp === undefined) {
      const adopted = await adopt(api, kind, owner, object);
      if (adopted !== undefined && isControlledBy(adopted, owner)) claimed.push(adopted);
    }
  }
  return claimed;
}

async function adopt<K extends 'Pod' | 'ReplicaSet'>(
  api: ObjectApi,
  kind: K,
  owner: KubeObject,
  object: StoredKinds[K],
): Promise<StoredKinds[K] | undefined> {
  return updateReferences(api, kind, object, (references, current) =>
    controllerOf(current) === undefined ? [...references, controllerReference(owner)] : references,
  );
}

async function release<K extends 'Pod' | 'ReplicaSet'>(
  api: ObjectApi,
  kind: K,
  owner: KubeObject,
  object: StoredKinds[K],
): Promise<void> {
  await updateReferences(api, kind, object, (references) =>
    references.filter((it) => it.uid !== owner.metadata.uid),
  );
}

/** Changes the owner references of this very object, not of one that has taken its name since. */
export async function updateReferences<K extends keyof StoredKinds>(
  api: ObjectApi,
  kind: K,
  { metadata }: KubeObject,
  change: (references: readonly OwnerReference[], current: StoredKinds[K]) => readonly OwnerReference[],
): Promise<StoredKinds[K] | undefined> {
  return api.update(kind, metadata.namespace ?? '', metadata.name ?? '', (current) => {
    const references = current.metadata.ownerReferences ?? [];
    const next = current.metadata.uid === metadata.uid ? change(references, current) : references;
    if (next === references) return undefined;
    const { ownerReferences: _, ...rest } = current.metadata;
    return { ...current, metadata: { ...rest, ...(next.length > 0 && { ownerReferences: next }) } };
  });
}
