import { isDeepStrictEqual } from 'node:util';
import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, forbidden, invalid } from '../../kube/field-error.ts';

/** Whether two values of objects say the same; an absent field and an undefined one are alike. */
export function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/** A field that keeps the value that it was made with. */
export function immutableField(next: unknown, previous: unknown, path: FieldPath): readonly FieldError[] {
  return isSame(next, previous) ? [] : [invalid(path, next, 'field is immutable')];
}

/** ConfigMaps and Secrets whose author said that they do not change. */
export interface MaybeImmutable {
  readonly immutable?: boolean;
}

/** With `immutable` set, neither it nor any of `fields` changes. */
export function immutableWhenSet<T extends MaybeImmutable>(
  next: T,
  previous: T,
  fields: readonly (keyof T & string)[],
): readonly FieldError[] {
  if (previous.immutable !== true) return [];
  const changed = fields.filter((field) => !isSame(next[field] ?? {}, previous[field] ?? {}));
  const names = [...(next.immutable === true ? [] : ['immutable']), ...changed];
  return names.map((name) => forbidden([name], 'field is immutable when `immutable` is set'));
}
