import type { KubeObject } from '../../kube/meta.ts';
import { keyOf, settled } from '../store/stored-object.ts';
import { viewOf } from '../stored-view.ts';
import { generatedName } from './generate-name.ts';
import { metadataOfNew, validateName, validateOwners } from './metadata.ts';
import { requireNamespace } from './namespace-lifecycle.ts';
import { alreadyExists, invalid } from './refusals.ts';
import { withTokenVolume } from './token-volume.ts';
import { warningsOf } from './warnings.ts';
import { contextOf, keep, type Writing } from './writing.ts';

/** A collision of generated names is about as likely as two at once; upstream gives up after eight as well. */
const MAX_NAMES = 8;

/** Makes an object of what a client asked for, in upstream's order: metadata, admission, defaults, validation. */
export function createObject(writing: Writing, asked: KubeObject, namespace: string): KubeObject {
  const { kind, transaction } = writing;
  const metadata = metadataOfNew(kind, asked, namespace, writing.nowMs);
  if (kind.stored === undefined) {
    return settled(prepared(writing, { ...asked, metadata: asked.metadata }));
  }
  requireNamespace(transaction, kind, namespace, metadata.name ?? '');
  const { name = '', generateName = '' } = metadata;
  const isFree = (it: string): boolean =>
    transaction.find(viewOf(kind).stored, keyOf(metadata.namespace ?? '', it)) === undefined;
  const chosen = name !== '' || generateName === '' ? name : freeName(generateName, isFree);
  const object = prepared(writing, {
    ...asked,
    metadata: { ...metadata, ...(chosen !== '' && { name: chosen }) },
  });
  const errors = [...kind.validate(object), ...validateOwners(object)];
  if (errors.length === 0) errors.push(...validateName(object));
  if (errors.length > 0) throw invalid(kind, chosen, errors);
  writing.warnings.push(...warningsOf(writing, object), ...writing.podSecurity.admitCreate(writing, object));
  if (!isFree(chosen)) throw alreadyExists(kind, chosen);
  return keep(writing, object);
}

function freeName(prefix: string, isFree: (name: string) => boolean): string {
  let name = generatedName(prefix);
  for (let tries = 1; tries < MAX_NAMES && !isFree(name); tries += 1) name = generatedName(prefix);
  return name;
}

function prepared(writing: Writing, asked: KubeObject): KubeObject {
  const { kind } = writing;
  return withTokenVolume(writing, kind.prepareCreate(kind.defaults(asked), contextOf(writing)));
}
