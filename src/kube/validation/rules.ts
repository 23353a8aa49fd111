import type { FieldErrors } from './field-errors.ts';
import type { Messages } from './names.ts';
import type { Place } from './place.ts';

/** Holds a value against a rule of `names.ts`; true when it is right. */
export function check<T>(errors: FieldErrors, rule: (value: T) => Messages, value: T, place: Place): boolean {
  const messages = rule(value);
  for (const message of messages) errors.invalid(place, value, message);
  return messages.length === 0;
}

/** The same, where the empty text is a missing value. */
export function checkRequired(
  errors: FieldErrors,
  rule: (value: string) => Messages,
  value: string,
  place: Place,
): void {
  if (value === '') errors.required(place);
  else check(errors, rule, value, place);
}

export function requireText(errors: FieldErrors, value: string | undefined, place: Place, detail = ''): void {
  if (value === undefined || value === '') errors.required(place, detail);
}

/** A value out of a closed list. `supported` is printed in its order; upstream sorts some and leaves others. */
export function checkSupported(
  errors: FieldErrors,
  value: string | undefined,
  supported: readonly string[],
  place: Place,
): void {
  if (value !== undefined && !supported.includes(value)) errors.notSupported(place, value, supported);
}

/** The same for a field that defaulting has filled: empty is missing. */
export function checkChosen(
  errors: FieldErrors,
  value: string,
  supported: readonly string[],
  place: Place,
): void {
  if (value === '') errors.required(place);
  else checkSupported(errors, value, supported, place);
}

export function checkNotNegative(errors: FieldErrors, value: number | undefined, place: Place): void {
  if (value !== undefined && value < 0) {
    errors.invalid(place, value, 'must be greater than or equal to 0');
  }
}

export function checkFileMode(errors: FieldErrors, mode: number | undefined, place: Place): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  errors.invalid(place, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}

/** Visits the items of a list that may be absent, each with its place. */
export function each<T>(
  items: readonly T[] | undefined,
  list: Place,
  visit: (item: T, place: Place, index: number) => void,
): void {
  items?.forEach((item, index) => visit(item, list.at(index), index));
}
