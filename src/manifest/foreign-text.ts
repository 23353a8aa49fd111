import type { DocumentRange } from './document-ranges.ts';

/**
 * Whether a document is no Kubernetes object at all. Both `apiVersion` and `kind` make one; with one of them something
 * more must remind of it: charts have an `apiVersion`, and pipelines a `kind`, that are none of Kubernetes'.
 */
export function isForeign(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('apiVersion') && has('kind')) return false;
  return !(has('apiVersion') || has('kind')) || !(has('metadata') || has('spec') || has('items'));
}

/** Whether a text cannot hold an object, however it writes its keys: then nobody needs to parse it. */
export function isSurelyForeign(text: string): boolean {
  return !['apiVersion', 'kind', '\\', 'binary'].some((it) => text.includes(it));
}

const OWN_KEY = /^(?:[{?][ \t]*)*["']?(?:apiVersion|kind)["']?[ \t]*(?::|$)/m;
const OWN_JSON_KEY = /"apiVersion"\s*:/;

/** Whether a document that cannot be read was to be an object, as far as a look at its text can tell. */
export function looksForeign(name: string, text: string, { from, to }: DocumentRange): boolean {
  const written = text.slice(from, to);
  return !(name.endsWith('.json') ? OWN_JSON_KEY : OWN_KEY).test(written);
}
