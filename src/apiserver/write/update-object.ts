import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta } from '../../kube/meta.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { settled } from '../store/stored-object.ts';
import { hasGeneration, metadataOfChanged, validateMetadataUpdate, validateOwners } from './metadata.ts';
import { isHeld } from './namespace-lifecycle.ts';
import { invalid } from './refusals.ts';
import type { Subresource } from './subresource.ts';
import { warningsOf } from './warnings.ts';
import { contextOf, drop, keep, type Writing } from './writing.ts';

/**
 * Writes what was sent of an object over what is there. Nothing is written when nothing changes; an object that was held
 * back from its end by finalizers alone goes with the last of them.
 */
export function updateObject(
  writing: Writing,
  subresource: Subresource,
  sent: KubeObject,
  previous: KubeObject,
): KubeObject {
  const { kind } = writing;
  const merged = subresource.merge(sent, previous);
  const asked = { ...merged, metadata: metadataOfChanged(kind, merged, previous) };
  const changed = subresource.changesSpec ? prepared(writing, asked, previous) : asked;
  const next = settled(withGeneration(kind, changed, previous));
  if (isDeepStrictEqual(next, previous)) return previous;
  const errors = [
    ...validateMetadataUpdate(next, previous),
    ...(subresource.changesSpec ? validateChange(kind, next, previous, subresource.name) : []),
  ];
  if (errors.length > 0) throw invalid(kind, next.metadata.name ?? '', errors);
  if (subresource.changesSpec) {
    const admitted = writing.podSecurity.admitUpdate(writing, next, previous);
    writing.warnings.push(...warningsOf(writing, next, previous), ...admitted);
  }
  return isAtItsEnd(next) ? drop(writing, next) : keep(writing, next);
}

function prepared(writing: Writing, asked: KubeObject, previous: KubeObject): KubeObject {
  const { kind } = writing;
  const { metadata, ...rest } = kind.prepareUpdate(kind.defaults(asked), previous, contextOf(writing));
  // Defaults of a kind may touch annotations and labels, never what the server keeps about the object.
  return { ...rest, metadata: { ...metadata, ...systemFields(asked.metadata) } };
}

function systemFields({ name, namespace, uid, resourceVersion }: ObjectMeta): ObjectMeta {
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

function validateChange(
  kind: ResourceKind,
  next: KubeObject,
  previous: KubeObject,
  subresource: string | undefined,
): ReturnType<ResourceKind['validate']> {
  return [
    ...kind.validate(next),
    ...validateOwners(next),
    ...kind.validateUpdate(next, previous, subresource),
  ];
}

/** One more for each change of what is wanted. */
function withGeneration(kind: ResourceKind, next: KubeObject, previous: KubeObject): KubeObject {
  const { generation = 0 } = previous.metadata;
  const wanted = (object: KubeObject): object => kind.wanted?.(object) ?? contentOf(object);
  if (!hasGeneration(kind) || isDeepStrictEqual(settled(wanted(next)), wanted(previous))) return next;
  return { ...next, metadata: { ...next.metadata, generation: generation + 1 } };
}

function contentOf(object: KubeObject): object {
  const {
    metadata: _metadata,
    status: _status,
    ...content
  }: KubeObject & { readonly status?: unknown } = object;
  return content;
}

/** Deleted, its time over, and nothing holds it any more. */
function isAtItsEnd(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !isHeld(object);
}
