import type { FieldError } from './field-error.ts';
import type { RuntimeClass } from './runtime-class.ts';
import { FieldErrors } from './validation/field-errors.ts';
import { dns1123Label } from './validation/names.ts';
import { Place } from './validation/place.ts';
import { check } from './validation/rules.ts';

/** What the API server would refuse a runtime class for beyond its metadata. */
export function validateHandler({ handler }: RuntimeClass): readonly FieldError[] {
  const errors = new FieldErrors();
  check(errors, dns1123Label, handler, new Place('handler'));
  return errors.found;
}
