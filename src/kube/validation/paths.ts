import type { FieldPath } from '../../core/field-path.ts';
import { invalid } from '../field-error.ts';
import type { Errors } from './rules.ts';

/** No part of the path may be `..`. */
export function* checkNoBacksteps(value: string, path: FieldPath): Errors {
  if (value.split('/').includes('..')) yield invalid(path, value, "must not contain '..'");
}

/** A path that stays below the place that it is relative to. */
export function* checkDescending(value: string, path: FieldPath): Errors {
  if (value.startsWith('/')) yield invalid(path, value, 'must be a relative path');
  yield* checkNoBacksteps(value, path);
}

/** The same, and not named like the volume's own bookkeeping (`..data`). */
export function* checkNotReserved(value: string, path: FieldPath): Errors {
  yield* checkDescending(value, path);
  if (value.startsWith('..') && !value.startsWith('../')) {
    yield invalid(path, value, "must not start with '..'");
  }
}
