import type { KeyToPath } from '../volume.ts';
import type { FieldErrors } from './field-errors.ts';
import { checkNotReserved } from './paths.ts';
import type { Place } from './place.ts';
import { checkFileMode, requireText } from './rules.ts';

/** A key of a ConfigMap or Secret as a file of a volume. */
export function validateKeyToPath(errors: FieldErrors, item: KeyToPath, place: Place): void {
  requireText(errors, item.key, place.at('key'));
  requireText(errors, item.path, place.at('path'));
  checkNotReserved(errors, item.path, place.at('path'));
  checkFileMode(errors, item.mode, place.at('mode'));
}
