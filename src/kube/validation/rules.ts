import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, invalid, notSupported, required } from '../field-error.ts';
import type { Messages } from './names.ts';

/** Errors come one by one, in upstream's order. */
export type Errors = Iterable<FieldError>;

/** Holds a value against a rule of `names.ts`. */
export function* check<T>(rule: (value: T) => Messages, value: T, path: FieldPath): Errors {
  for (const message of rule(value)) yield invalid(path, value, message);
}

/** The same, where the empty text is a missing value. */
export function* checkRequired(rule: (value: string) => Messages, value: string, path: FieldPath): Errors {
  if (value === '') yield required(path);
  else yield* check(rule, value, path);
}

export function* requireText(value: string | undefined, path: FieldPath, detail = ''): Errors {
  if (value === undefined || value === '') yield required(path, detail);
}

/** A value out of a closed list. `supported` is printed in its order; upstream sorts some and leaves others. */
export function* checkSupported(
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
): Errors {
  if (value !== undefined && !supported.includes(value)) yield notSupported(path, value, supported);
}

/** The same for a field that defaulting has filled: empty is missing. */
export function* checkChosen(value: string, supported: readonly string[], path: FieldPath): Errors {
  if (value === '') yield required(path);
  else yield* checkSupported(value, supported, path);
}

export function* checkNotNegative(value: number | undefined, path: FieldPath): Errors {
  if (value !== undefined && value < 0) yield invalid(path, value, 'must be greater than or equal to 0');
}

export function* checkFileMode(mode: number | undefined, path: FieldPath): Errors {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  yield invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}

/** The items with their places. */
export function* each<T>(
  items: readonly T[] | undefined,
  path: FieldPath,
): Iterable<readonly [T, FieldPath, number]> {
  for (const [index, item] of (items ?? []).entries()) yield [item, [...path, index], index];
}
