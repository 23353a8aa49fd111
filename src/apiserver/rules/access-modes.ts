import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, notSupported, required } from '../../kube/field-error.ts';

/** In the order in which they are printed. */
const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

const SORTED = Object.keys(SHORT).sort();

/** `RWO,ROX` */
export function formatAccessModes(modes: readonly string[] = []): string {
  const known = Object.entries(SHORT).filter(([mode]) => modes.includes(mode));
  return known.map(([, short]) => short).join(',');
}

export function validateAccessModes(
  modes: readonly string[],
  path: FieldPath,
  whenEmpty: string,
): readonly FieldError[] {
  if (modes.length === 0) return [required(path, whenEmpty)];
  return modes.filter((mode) => !SORTED.includes(mode)).map((mode) => notSupported(path, mode, SORTED));
}
