import type { AnySchema } from '../../kube/schema/schema.ts';
import { ApiError } from '../../kube/status.ts';
import type { Patch } from '../object-service.ts';
import { jsonPatcher } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { isRecord } from './record.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

/** A patch that is ready to be applied. What it makes is untyped, and its input is left as it was. */
export type Patcher = (target: unknown, schema: AnySchema) => unknown;

/** Throws `BadRequest` for a patch that is none. */
export async function patcherOf(patch: Patch): Promise<Patcher> {
  if (patch.type === 'json') return jsonPatcher(patch.operations);
  const { type, document } = patch;
  if (!isRecord(document)) {
    throw new ApiError(
      'BadRequest',
      'error decoding patch: json: cannot unmarshal the patch: it must be an object',
    );
  }
  if (type === 'merge') return (target) => applyMergePatch(target, document);
  return (target, schema) => applyStrategicMergePatch(schema, target, document);
}
