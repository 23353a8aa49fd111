import type { FieldError } from './field-error.ts';
import type { RuntimeClass } from './runtime-class.ts';
import { dns1123Label } from './validation/names.ts';
import { check } from './validation/rules.ts';

/** A RuntimeClass' handler is a DNS label. */
export function validateHandler({ handler }: RuntimeClass): readonly FieldError[] {
  return [...check(dns1123Label, handler, ['handler'])];
}
