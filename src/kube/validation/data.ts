import type { KubeObject } from '../meta.ts';
import type { FieldErrors } from './field-errors.ts';
import { configMapKey } from './names.ts';
import { Place } from './place.ts';
import { check } from './rules.ts';

const BAGS = ['data', 'binaryData', 'stringData'] as const;

type WithData = KubeObject & { readonly [B in (typeof BAGS)[number]]?: Readonly<Record<string, unknown>> };

/** The keys of a ConfigMap or Secret: they become names of files. */
export function validateData(errors: FieldErrors, object: KubeObject): void {
  if (!isData(object)) return;
  for (const bag of BAGS) {
    const place = new Place(bag);
    for (const key of Object.keys(object[bag] ?? {})) check(errors, configMapKey, key, place.at(key));
  }
  const { data = {}, binaryData } = object;
  if (binaryData === undefined) return;
  for (const key of Object.keys(data)) {
    if (!Object.hasOwn(binaryData, key)) continue;
    errors.invalid(new Place('data').at(key), key, 'duplicate of key present in binaryData');
  }
}

function isData(object: KubeObject): object is WithData {
  return object.apiVersion === 'v1' && (object.kind === 'ConfigMap' || object.kind === 'Secret');
}
