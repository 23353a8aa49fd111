import { type FieldPath, formatFieldPath } from '../../core/field-path.ts';
import { type FieldRow, rowsOf } from '../../core/field-rows.ts';
import type { Treatments } from '../../core/treatment.ts';
import { type UsedField, usedFields } from '../../core/used-fields.ts';

/** What becomes of the fields of one of upstream's types, wherever objects of a kind have it. */
export interface FieldTable<T> {
  /** Upstream's type: `ServiceSpec`. */
  readonly type: string;
  readonly rows: readonly FieldRow[];
  usedBy(object: T): readonly UsedField[];
}

/** Values of one type in an object, with their paths. */
export type Places<Part> = readonly (readonly [value: Part | undefined, path: FieldPath])[];

/** A table of a type `Part`, which objects of type `T` have at `placesOf`. */
export function fieldTable<T, Part extends object>(
  type: string,
  treatments: Treatments<Part>,
  placesOf: (object: T) => Places<Part>,
): FieldTable<T> {
  return {
    type,
    rows: rowsOf(type, treatments),
    usedBy: (object) =>
      placesOf(object).flatMap(([value, path]) => usedFields(value, treatments, path, 'node')),
  };
}

/** The elements of a list, each with its path. */
export function placesIn<Part>(list: readonly Part[] | undefined, path: FieldPath): Places<Part> {
  return (list ?? []).map((value, index) => [value, [...path, index]]);
}

/** What is told with a write: the fields that are kept and shown, and that nothing is done about. */
export function fieldWarnings<T>(tables: readonly FieldTable<T>[], object: T): readonly string[] {
  return tables
    .flatMap((table) => table.usedBy(object))
    .flatMap(({ path, treatment }) =>
      treatment.how === 'warned' ? [notCarriedOut(path, treatment.reason)] : [],
    );
}

/** The one sentence for a field that is kept and shown, and that nothing is done about. */
export function notCarriedOut(path: FieldPath, reason: string): string {
  return `podproof does not carry out ${formatFieldPath(path)}: ${reason}`;
}
