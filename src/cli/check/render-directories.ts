import { toldUnit } from '../../check/check-unit.ts';
import type { FindUnitsOptions } from '../../check/find-units.ts';

export function openRenderer(): FindUnitsOptions['render'] {
  return (directories) =>
    Promise.resolve(
      directories.map(({ path, type }) => toldUnit({ skipped: [{ file: path, reason: `a ${type}` }] })),
    );
}
