import type { FieldErrors } from './field-errors.ts';
import type { Place } from './place.ts';

/** Whether a part of the path is `..`. */
export function hasBacksteps(path: string): boolean {
  return path.includes('..') && path.split('/').includes('..');
}

/** No part of the path may be `..`. */
export function checkNoBacksteps(errors: FieldErrors, value: string, place: Place): void {
  if (hasBacksteps(value)) errors.invalid(place, value, "must not contain '..'");
}

/** A path that stays below the place that it is relative to. */
export function checkDescending(errors: FieldErrors, value: string, place: Place): void {
  if (value.startsWith('/')) errors.invalid(place, value, 'must be a relative path');
  checkNoBacksteps(errors, value, place);
}

/** The same, and not named like the volume's own bookkeeping (`..data`). */
export function checkNotReserved(errors: FieldErrors, value: string, place: Place): void {
  checkDescending(errors, value, place);
  if (value.startsWith('..') && !value.startsWith('../')) {
    errors.invalid(place, value, "must not start with '..'");
  }
}
