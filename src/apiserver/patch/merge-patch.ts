import { isRecord, member } from './record.ts';

/** RFC 7396: null removes, objects are merged, all else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged = new Map<string, unknown>(isRecord(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, applyMergePatch(isRecord(target) ? member(target, name) : undefined, value));
  }
  return Object.fromEntries(merged);
}
