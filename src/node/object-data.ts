import type { ConfigMap, Secret } from '../kube/references.ts';

/** Keys and their bytes. */
export type ObjectData = ReadonlyMap<string, Buffer>;

/** A ConfigMap's `data` and `binaryData`. */
export function configMapData(configMap: ConfigMap): ObjectData {
  const data = new Map<string, Buffer>();
  for (const [key, text] of Object.entries(configMap.data ?? {})) data.set(key, Buffer.from(text, 'utf8'));
  for (const [key, base64] of Object.entries(configMap.binaryData ?? {}))
    data.set(key, Buffer.from(base64, 'base64'));
  return data;
}

/** A Secret's `data`, and over it `stringData`, which the API server would have merged on writing. */
export function secretData(secret: Secret): ObjectData {
  const data = new Map<string, Buffer>();
  for (const [key, base64] of Object.entries(secret.data ?? {})) data.set(key, Buffer.from(base64, 'base64'));
  for (const [key, text] of Object.entries(secret.stringData ?? {})) data.set(key, Buffer.from(text, 'utf8'));
  return data;
}
