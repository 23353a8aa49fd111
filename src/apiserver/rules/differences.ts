import type { FieldPath } from '../../core/field-path.ts';
import { formatFieldPath } from '../../core/field-path.ts';
import { isSame } from './immutable.ts';

const MAX_LINES = 20;
const MAX_VALUE = 200;

/** Where two values differ, a line each: `- command: ["a"]`, then `+ command: ["b"]`. */
export function describeDifferences(before: unknown, after: unknown): string {
  const lines = [...differences(before, after, [])].flatMap(({ path, before, after }) => [
    `- ${formatFieldPath(path)}: ${shown(before)}`,
    `+ ${formatFieldPath(path)}: ${shown(after)}`,
  ]);
  const more = lines.length > MAX_LINES ? ['...'] : [];
  return [...lines.slice(0, MAX_LINES), ...more].join('\n');
}

interface Difference {
  readonly path: FieldPath;
  readonly before: unknown;
  readonly after: unknown;
}

function* differences(before: unknown, after: unknown, path: FieldPath): Iterable<Difference> {
  if (isSame(before, after)) return;
  if (!isObject(before) || !isObject(after)) {
    yield { path, before, after };
    return;
  }
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const isList = Array.isArray(after);
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    yield* differences(old.get(key), now.get(key), [...path, isList ? Number(key) : key]);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'unset';
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}...` : text;
}
