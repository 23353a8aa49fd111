import { invalid } from '../field-error.ts';
import type { KubeObject } from '../meta.ts';
import { configMapKey } from './names.ts';
import { check, type Errors } from './rules.ts';

/** The keys of a ConfigMap or Secret: they become names of files. */
export function* validateData(object: KubeObject): Errors {
  if (object.apiVersion !== 'v1' || (object.kind !== 'ConfigMap' && object.kind !== 'Secret')) return;
  const bags = new Map<string, unknown>(Object.entries(object));
  const keysOf = (bag: string): readonly string[] => Object.keys(bags.get(bag) ?? {});
  const binaryKeys = new Set(keysOf('binaryData'));
  for (const bag of ['data', 'binaryData', 'stringData']) {
    for (const key of keysOf(bag)) yield* check(configMapKey, key, [bag, key]);
  }
  for (const key of keysOf('data')) {
    if (binaryKeys.has(key)) yield invalid(['data', key], key, 'duplicate of key present in binaryData');
  }
}
