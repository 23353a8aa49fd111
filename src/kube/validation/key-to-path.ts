import type { FieldPath } from '../../core/field-path.ts';
import type { KeyToPath } from '../volume.ts';
import { checkNotReserved } from './paths.ts';
import { checkFileMode, type Errors, requireText } from './rules.ts';

/** A key of a ConfigMap or Secret as a file of a volume. */
export function* validateKeyToPath(item: KeyToPath, path: FieldPath): Errors {
  yield* requireText(item.key, [...path, 'key']);
  yield* requireText(item.path, [...path, 'path']);
  yield* checkNotReserved(item.path, [...path, 'path']);
  yield* checkFileMode(item.mode, [...path, 'mode']);
}
