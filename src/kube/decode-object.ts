import type { FieldPath } from '../core/field-path.ts';
import { type Decoded, decode } from './decode.ts';
import type { KubeObject } from './meta.ts';
import type { PodTemplateSpec } from './pod.ts';
import { lookUpKind } from './schema/kinds.ts';
import { objectFields } from './schema/meta-schemas.ts';
import { podTemplateSpec } from './schema/pod-schemas.ts';

/** Untyped data that says what it is. */
export interface TypedData {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: unknown;
}

/**
 * Reads data as the object that its `apiVersion` and `kind` say. Kinds that podproof knows are read strictly; of others
 * only the metadata is, and the rest is passed on as it was written. A known kind in a version that Kubernetes no longer
 * serves is a problem.
 */
export function decodeObject(data: TypedData): Decoded<KubeObject> {
  const { apiVersion, kind, metadata } = data;
  const known = lookUpKind(apiVersion, kind);
  if (known.found === 'schema') return decode(known.schema, data);
  const { value, problems } = decode(objectFields, { apiVersion, kind, metadata });
  const object = { ...data, metadata: value.metadata };
  if (known.found === 'nothing') return { value: object, problems };
  const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
  const advice = `write apiVersion: ${known.apiVersion}`;
  return { value: object, problems: [{ code: 'other-version', path: ['apiVersion'], message, advice }] };
}

/** Reads data as a pod template. `prefix` is where it stands in its object. */
export function decodePodTemplate(data: unknown, prefix: FieldPath): Decoded<PodTemplateSpec> {
  return decode(podTemplateSpec, data, prefix);
}
