import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta } from '../../kube/meta.ts';
import type { DeleteOptions } from '../../kube/object-api.ts';
import { isPod } from '../../kube/workload.ts';
import type { Deleted } from '../object-service.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { hasGeneration } from './metadata.ts';
import { isHeld, isNamespace, refuseImmortal, terminating } from './namespace-lifecycle.ts';
import { conflict } from './refusals.ts';
import { drop, keep, timeText, type Writing } from './writing.ts';

export type Deletion = DeleteOptions & { readonly resourceVersion?: string };

/** Ends an object, or begins to: gracefully where the kind is, and held by finalizers. */
export function deleteObject(writing: Writing, object: KubeObject, options: Deletion): Deleted {
  const { kind, nowMs } = writing;
  refuseImmortal(kind, object.metadata.name ?? '');
  checkPreconditions(kind, object, options);
  const finalizers = finalizersFor(options.propagationPolicy, object.metadata.finalizers ?? []);
  const held = withFinalizers(object, finalizers);
  const grace = graceOf(kind, held, options, nowMs);
  if (grace.isNow && !isHeld(held)) return { object: drop(writing, held), gone: true };
  const next = marked(kind, held, grace.isNow ? endOf(held.metadata, nowMs) : grace.metadata);
  return { object: isDeepStrictEqual(next, object) ? object : keep(writing, next), gone: false };
}

function checkPreconditions(kind: ResourceKind, { metadata }: KubeObject, options: Deletion): void {
  const { name = '', uid = '', resourceVersion = '' } = metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** What happens to dependents is the garbage collector's; the finalizers tell it. Without a wish they stay as they are. */
function finalizersFor(
  policy: DeleteOptions['propagationPolicy'],
  finalizers: readonly string[],
): readonly string[] {
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((it) => it !== ORPHAN && it !== FOREGROUND);
  if (policy === 'Orphan') return [...others, ORPHAN];
  return policy === 'Foreground' ? [...others, FOREGROUND] : others;
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  const { finalizers: old = [], ...metadata } = object.metadata;
  if (old.join('\n') === finalizers.join('\n')) return object;
  return { ...object, metadata: { ...metadata, ...(finalizers.length > 0 && { finalizers }) } };
}

type Grace = { readonly isNow: true } | { readonly isNow: false; readonly metadata: ObjectMeta };

const NOW: Grace = { isNow: true };

function graceOf(kind: ResourceKind, object: KubeObject, options: Deletion, nowMs: number): Grace {
  const usual = kind.graceSeconds(object);
  if (usual === undefined) return NOW;
  const { metadata } = object;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const asked = options.graceSeconds === undefined ? undefined : wholeGrace(options.graceSeconds);
  if (deletionTimestamp !== undefined) {
    if (!deletionGracePeriodSeconds) return NOW;
    // Once it is on its way, the time that is left can only become less.
    if (asked === undefined || asked >= deletionGracePeriodSeconds) return { isNow: false, metadata };
    if (asked === 0) return NOW;
    const began = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
    return { isNow: false, metadata: withGrace(metadata, began, asked) };
  }
  const seconds = isPod(object) && !isUnderWay(object) ? 0 : (asked ?? usual);
  return seconds === 0 ? NOW : { isNow: false, metadata: withGrace(metadata, nowMs, seconds) };
}

/** As upstream: what makes no sense means as soon as is decent. */
function wholeGrace(seconds: number): number {
  return seconds < 0 ? 1 : Math.trunc(seconds);
}

/** A pod that is on no node, or has ended, needs nobody to end it. */
function isUnderWay(object: KubeObject): boolean {
  if (!isPod(object) || !object.spec.nodeName) return false;
  return object.status?.phase !== 'Succeeded' && object.status?.phase !== 'Failed';
}

function withGrace(metadata: ObjectMeta, fromMs: number, seconds: number): ObjectMeta {
  return {
    ...metadata,
    deletionTimestamp: timeText(fromMs + seconds * 1000),
    deletionGracePeriodSeconds: seconds,
  };
}

/** Nothing but finalizers holds it from now on. */
function endOf(metadata: ObjectMeta, nowMs: number): ObjectMeta {
  const { deletionTimestamp } = metadata;
  const isPast = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) <= nowMs;
  return {
    ...metadata,
    deletionTimestamp: isPast ? deletionTimestamp : timeText(nowMs),
    deletionGracePeriodSeconds: 0,
  };
}

function marked(kind: ResourceKind, object: KubeObject, metadata: ObjectMeta): KubeObject {
  const isFirst = object.metadata.deletionTimestamp === undefined;
  const counts = isFirst && hasGeneration(kind) && metadata.generation !== undefined;
  const { generation = 0 } = metadata;
  const next = { ...object, metadata: { ...metadata, ...(counts && { generation: generation + 1 }) } };
  if (!isNamespace(next)) return next;
  const { deletionGracePeriodSeconds: _, ...own } = next.metadata;
  return terminating({ ...next, metadata: own });
}
