import { randomUUID } from 'node:crypto';
import { type FieldError, forbidden, invalid, required } from '../../kube/field-error.ts';
import type { KubeObject, ObjectMeta } from '../../kube/meta.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { badRequest, conflict, MODIFIED } from './refusals.ts';
import { timeText } from './writing.ts';

/** What a client writes of metadata, without what only the server does. */
function ownMetadata(metadata: ObjectMeta): ObjectMeta {
  const {
    uid: _uid,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    resourceVersion: _version,
    managedFields: _managed,
    selfLink: _link,
    ...own
  } = metadata;
  return own;
}

/** The metadata of a new object. Its name may be generated still. Throws `BadRequest`. */
export function metadataOfNew(
  kind: ResourceKind,
  object: KubeObject,
  namespace: string,
  nowMs: number,
): ObjectMeta {
  const { metadata } = object;
  if (metadata.resourceVersion)
    throw badRequest('resourceVersion should not be set on objects to be created');
  if (kind.namespaced && namespace === '') {
    throw badRequest('an empty namespace may not be set during creation');
  }
  if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { namespace: _, ...own } = ownMetadata(metadata);
  return {
    ...own,
    ...(kind.namespaced && { namespace }),
    uid: randomUUID(),
    creationTimestamp: timeText(nowMs),
    ...(hasGeneration(kind) && { generation: 1 }),
  };
}

/**
 * The metadata of a changed object: what the client may change of it, and the rest as it is. A resource version or uid
 * that the client names must be the current one, else `Conflict`; another name or namespace is a `BadRequest`.
 */
export function metadataOfChanged(kind: ResourceKind, next: KubeObject, previous: KubeObject): ObjectMeta {
  const { metadata } = next;
  const old = previous.metadata;
  const name = old.name ?? '';
  if (metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (metadata.namespace && metadata.namespace !== old.namespace) {
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${old.namespace ?? ''})`,
    );
  }
  if (metadata.uid && metadata.uid !== old.uid) {
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.uid ?? ''}`,
    );
  }
  if (metadata.resourceVersion && metadata.resourceVersion !== old.resourceVersion) {
    throw conflict(kind, name, MODIFIED);
  }
  return { ...ownMetadata(metadata), ...identityOf(old) };
}

function identityOf(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, creationTimestamp, resourceVersion, generation } = metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
}

/** Groups whose objects count the changes of their spec; of the core group only pods do. */
const GROUPS_WITH_GENERATION: ReadonlySet<string> = new Set(['apps', 'batch', 'policy', 'networking.k8s.io']);

export function hasGeneration({ group, kind }: ResourceKind): boolean {
  return GROUPS_WITH_GENERATION.has(group) || (group === '' && kind === 'Pod');
}

/** Errors of metadata that a kind's own validation does not find. */
export function validateOwners({ metadata }: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
    const path = ['metadata', 'ownerReferences', index];
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (owner[field] !== '') continue;
      if (field === 'apiVersion') errors.push(invalid([...path, field], '', 'version must not be empty'));
      else errors.push(invalid([...path, field], '', 'must not be empty'));
    }
    if (owner.controller !== true) continue;
    if (controller !== undefined) {
      errors.push({
        type: 'Invalid',
        path: ['metadata', 'ownerReferences'],
        detail: `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.name}`,
      });
    }
    controller = owner.name;
  }
  return errors;
}

/** A name is there once it has been generated. */
export function validateName({ metadata }: KubeObject): readonly FieldError[] {
  return metadata.name ? [] : [required(['metadata', 'name'], 'name or generateName is required')];
}

/** What may not change in metadata. */
export function validateMetadataUpdate(next: KubeObject, previous: KubeObject): readonly FieldError[] {
  if (previous.metadata.deletionTimestamp === undefined) return [];
  const old = new Set(previous.metadata.finalizers ?? []);
  const added = (next.metadata.finalizers ?? []).filter((it) => !old.has(it));
  if (added.length === 0) return [];
  const shown = added.map((it) => JSON.stringify(it)).join(', ');
  return [
    forbidden(
      ['metadata', 'finalizers'],
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${shown}}`,
    ),
  ];
}
