import type { KubeObject } from '../kube/meta.ts';

/** `NAMESPACE/NAME`; `/NAME` for kinds without a namespace. Neither can have a slash. */
export function keyOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return keyFor(metadata.namespace ?? '', metadata.name ?? '');
}

export function keyFor(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function splitKey(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
