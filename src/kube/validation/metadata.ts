import type { FieldPath } from '../../core/field-path.ts';
import { required, tooLong } from '../field-error.ts';
import type { KubeObject, ObjectMeta } from '../meta.ts';
import {
  byteLength,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  type Messages,
  qualifiedName,
} from './names.ts';
import { check, type Errors, each } from './rules.ts';

/** What objects of a kind may be called; all others are DNS subdomains. */
const NAME_RULES: Readonly<Record<string, (name: string) => Messages>> = {
  Namespace: dns1123Label,
  StatefulSet: dns1123Label,
  Service: dns1035Label,
  CronJob: cronJobName,
};

/** Its Jobs' names are eleven characters longer. */
function cronJobName(name: string): Messages {
  return [...dns1123Subdomain(name), ...(name.length > 52 ? ['must be no more than 52 characters'] : [])];
}

/** An object's metadata on creation. */
export function* validateMetadata(object: KubeObject): Errors {
  const { name = '', generateName = '', namespace = '', finalizers } = object.metadata;
  const rule = NAME_RULES[object.kind] ?? dns1123Subdomain;
  const path: FieldPath = ['metadata'];
  // A generated name goes on after the dash.
  if (generateName !== '')
    yield* check((it: string) => rule(it.replace(/-$/, 'a')), generateName, [...path, 'generateName']);
  if (name !== '') yield* check(rule, name, [...path, 'name']);
  else if (generateName === '') yield required([...path, 'name'], 'name or generateName is required');
  if (namespace !== '') yield* check(dns1123Label, namespace, [...path, 'namespace']);
  yield* validateLabels(object.metadata.labels, [...path, 'labels']);
  yield* validateAnnotations(object.metadata.annotations, [...path, 'annotations']);
  for (const [finalizer, place] of each(finalizers, [...path, 'finalizers'])) {
    yield* check(qualifiedName, finalizer, place);
  }
}

/** Labels and annotations of a pod template. */
export function* validateTemplateMetadata(metadata: ObjectMeta): Errors {
  yield* validateLabels(metadata.labels, ['metadata', 'labels']);
  yield* validateAnnotations(metadata.annotations, ['metadata', 'annotations']);
}

export function* validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
): Errors {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const at = [...path, key];
    for (const error of check(qualifiedName, key, path)) yield { ...error, at };
    for (const error of check(labelValue, value, path)) yield { ...error, at };
  }
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

function* validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
): Errors {
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const error of check(qualifiedName, key.toLowerCase(), path)) yield { ...error, at: [...path, key] };
    size += byteLength(key) + byteLength(value);
  }
  if (size > MAX_ANNOTATION_BYTES) yield tooLong(path, MAX_ANNOTATION_BYTES);
}
