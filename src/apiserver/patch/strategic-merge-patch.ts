import { type MergeRule, mergeKeyOf } from '../../kube/schema/merge-keys.ts';
import { type AnySchema, shapeOf } from '../../kube/schema/schema.ts';
import { ApiError } from '../../kube/status.ts';
import { mergeListByKey, mergeSet, ordered } from './merge-lists.ts';
import { isRecord, type JsonRecord, member } from './record.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

/**
 * Kubernetes' strategic merge patch: as a merge patch, but lists are merged by the rules of `schema`, and directives say
 * what a merge cannot: `$patch` (delete, replace), `$retainKeys`, `$deleteFromPrimitiveList`, `$setElementOrder`. Throws
 * `BadRequest` for directives that make no sense.
 */
export function applyStrategicMergePatch(schema: AnySchema, target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) {
    throw bad('json: cannot unmarshal the patch into Go value of type map[string]interface {}');
  }
  return mergeRecord(schema, isRecord(target) ? target : {}, patch);
}

/** Exported for lists, whose items are records. */
export function mergeRecord(schema: AnySchema, target: JsonRecord, patch: JsonRecord): JsonRecord {
  const directive = member(patch, DIRECTIVE);
  if (directive === 'replace') return mergeRecord(schema, {}, without(patch, DIRECTIVE));
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw bad(`unknown patch type found: ${JSON.stringify(directive)}`);
  }
  const merged = retained(target, patch);
  deleteFromLists(merged, patch);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    if (value === null) merged.delete(name);
    else merged.set(name, mergeField(schema, name, merged.get(name), value));
  }
  orderLists(schema, merged, target, patch);
  return Object.fromEntries(merged);
}

function without(record: JsonRecord, name: string): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([it]) => it !== name));
}

function retained(target: JsonRecord, patch: JsonRecord): Map<string, unknown> {
  const merged = new Map(Object.entries(target));
  const keep = member(patch, RETAIN_KEYS);
  if (keep === undefined) return merged;
  if (!Array.isArray(keep)) throw bad('$retainKeys must be a list');
  const kept = new Set<unknown>(keep);
  for (const name of Object.keys(patch)) {
    const isKept = name.startsWith('$') || patch[name] === null || kept.has(name);
    if (!isKept) throw bad('fields in $retainKeys list and fields in patch do not match');
  }
  for (const name of Object.keys(target)) if (!kept.has(name)) merged.delete(name);
  return merged;
}

function deleteFromLists(merged: Map<string, unknown>, patch: JsonRecord): void {
  for (const [directive, values] of Object.entries(patch)) {
    if (!directive.startsWith(DELETE_FROM)) continue;
    if (!Array.isArray(values)) throw bad('invalid patch format of primitive list');
    const name = directive.slice(DELETE_FROM.length);
    const list = merged.get(name);
    if (!Array.isArray(list)) continue;
    const deleted = new Set<unknown>(values);
    merged.set(
      name,
      list.filter((it: unknown) => !deleted.has(it)),
    );
  }
}

function mergeField(schema: AnySchema, name: string, target: unknown, value: unknown): unknown {
  if (isRecord(value)) return mergeRecord(schemaOf(schema, name), isRecord(target) ? target : {}, value);
  if (!Array.isArray(value)) return value;
  const rule = mergeKeyOf(schema, name);
  const list: readonly unknown[] = Array.isArray(target) ? target : [];
  return mergeList(rule, elementOf(schemaOf(schema, name)), list, value, name);
}

function mergeList(
  rule: MergeRule | undefined,
  element: AnySchema,
  target: readonly unknown[],
  patch: readonly unknown[],
  name: string,
): readonly unknown[] {
  if (rule?.merge === 'set') return mergeSet(target, patch);
  if (rule?.merge !== 'key') return plainList(element, patch);
  const records = patch.map((it) => {
    if (isRecord(it)) return it;
    throw bad(`list "${name}" must be of objects, each with the merge key "${rule.key}"`);
  });
  return mergeListByKey(rule.key, target.filter(isRecord), records, (old, item) =>
    mergeRecord(element, old, item),
  );
}

/** A list that is replaced; `{$patch: replace}` in it says no more than that. */
function plainList(element: AnySchema, patch: readonly unknown[]): readonly unknown[] {
  return patch
    .filter((it) => !(isRecord(it) && Object.keys(it).length === 1 && member(it, DIRECTIVE) === 'replace'))
    .map((it) => (isRecord(it) ? mergeRecord(element, {}, it) : it));
}

function orderLists(
  schema: AnySchema,
  merged: Map<string, unknown>,
  target: JsonRecord,
  patch: JsonRecord,
): void {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(SET_ORDER)) continue;
    const name = directive.slice(SET_ORDER.length);
    const list = merged.get(name);
    if (!Array.isArray(order)) throw bad(`${directive} must be a list`);
    if (!Array.isArray(list)) continue;
    const rule = mergeKeyOf(schema, name);
    const key = rule?.merge === 'key' ? rule.key : undefined;
    const before = member(target, name);
    merged.set(name, ordered(key, list, order, Array.isArray(before) ? before : []));
  }
}

/** What is not known, and what a key of a map holds, has no rules. */
function schemaOf(schema: AnySchema, name: string): AnySchema {
  const shape = shapeOf(schema);
  if (shape.kind === 'map') return shape.element;
  return (shape.kind === 'object' ? shape.fields.get(name)?.schema : undefined) ?? 'any';
}

function elementOf(schema: AnySchema): AnySchema {
  const shape = shapeOf(schema);
  return shape.kind === 'list' ? shape.element : 'any';
}

function bad(message: string): ApiError {
  return new ApiError('BadRequest', message);
}
