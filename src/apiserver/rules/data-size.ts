import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, tooLong } from '../../kube/field-error.ts';

const MAX_BYTES = 1024 * 1024;

/** The values of a ConfigMap or Secret together. Those of `binary` are base64. */
export function validateDataSize(
  path: FieldPath,
  texts: Readonly<Record<string, string>>,
  binary: Readonly<Record<string, string>>,
): readonly FieldError[] {
  const plain = Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const decoded = Object.values(binary).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0);
  return plain + decoded > MAX_BYTES ? [tooLong(path, MAX_BYTES)] : [];
}
