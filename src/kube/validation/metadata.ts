import type { KubeObject, ObjectMeta } from '../meta.ts';
import type { FieldErrors } from './field-errors.ts';
import {
  byteLength,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  type Messages,
  qualifiedName,
} from './names.ts';
import { METADATA, type Place } from './place.ts';
import { check, each } from './rules.ts';

/** What objects of a kind may be called; all others are DNS subdomains. */
const NAME_RULES: ReadonlyMap<string, (name: string) => Messages> = new Map([
  ['Namespace', dns1123Label],
  ['StatefulSet', dns1123Label],
  ['Service', dns1035Label],
  ['CronJob', cronJobName],
]);

/** Its Jobs' names are eleven characters longer. */
function cronJobName(name: string): Messages {
  const messages = dns1123Subdomain(name);
  return name.length > 52 ? [...messages, 'must be no more than 52 characters'] : messages;
}

/** An object's metadata on creation. */
export function validateMetadata(errors: FieldErrors, object: KubeObject): void {
  const { name = '', generateName = '', namespace = '', labels, annotations, finalizers } = object.metadata;
  const rule = NAME_RULES.get(object.kind) ?? dns1123Subdomain;
  if (generateName !== '') {
    // A generated name goes on after the dash.
    const stemRule = (stem: string): Messages => rule(stem.replace(/-$/, 'a'));
    check(errors, stemRule, generateName, METADATA.at('generateName'));
  }
  if (name !== '') check(errors, rule, name, METADATA.at('name'));
  else if (generateName === '') errors.required(METADATA.at('name'), 'name or generateName is required');
  if (namespace !== '') check(errors, dns1123Label, namespace, METADATA.at('namespace'));
  validateLabels(errors, labels, METADATA.at('labels'));
  validateAnnotations(errors, annotations, METADATA.at('annotations'));
  each(finalizers, METADATA.at('finalizers'), (it, place) => check(errors, qualifiedName, it, place));
}

/** Labels and annotations of a pod template. */
export function validateTemplateMetadata(errors: FieldErrors, metadata: ObjectMeta): void {
  validateLabels(errors, metadata.labels, METADATA.at('labels'));
  validateAnnotations(errors, metadata.annotations, METADATA.at('annotations'));
}

/** Upstream names the map, not the key. */
export function validateLabels(
  errors: FieldErrors,
  labels: Readonly<Record<string, string>> | undefined,
  map: Place,
): void {
  if (labels === undefined) return;
  for (const key of Object.keys(labels)) {
    const place = map.at(key).namedAs(map);
    check(errors, qualifiedName, key, place);
    check(errors, labelValue, labels[key] ?? '', place);
  }
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

function validateAnnotations(
  errors: FieldErrors,
  annotations: Readonly<Record<string, string>> | undefined,
  map: Place,
): void {
  if (annotations === undefined) return;
  let size = 0;
  for (const key of Object.keys(annotations)) {
    check(errors, qualifiedName, key.toLowerCase(), map.at(key).namedAs(map));
    size += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (size > MAX_ANNOTATION_BYTES) errors.tooLong(map, MAX_ANNOTATION_BYTES);
}
