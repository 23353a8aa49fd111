/**
 * What podproof does with a field of a manifest. There is no fourth way: a field that is none of these is a defect.
 * `when` narrows a treatment to some values; others are carried out.
 */
export type Treatment<Value> =
  | { readonly how: 'carried-out'; readonly note?: string; readonly tests: readonly string[] }
  | {
      readonly how: 'warned';
      readonly severity: 'warning' | 'note';
      readonly reason: string;
      readonly when?: (value: Value) => boolean;
      /** Files that show what is carried out of the field otherwise. */
      readonly tests?: readonly string[];
    }
  | {
      readonly how: 'refused';
      readonly reason: string;
      readonly when?: (value: Value) => boolean;
      /** Files that show the refusal, and what is carried out of the field otherwise. */
      readonly tests?: readonly string[];
    };

/** Where a pod runs: by a command that ends with it, or on a node with an API (`podproof up`). */
export type Where = 'alone' | 'node';

/** How a field fares, and how on a node where that differs. */
export type FieldTreatment<Value> = Treatment<Value> & { readonly onNode?: Treatment<Value> };

/** One treatment for every field of a type: a field that upstream adds does not compile until it has one. */
export type Treatments<T> = { readonly [Field in keyof T]-?: FieldTreatment<NonNullable<T[Field]>> };

/** `tests` are the files that show it. */
export function carriedOut(
  ...tests: readonly string[]
): Treatment<unknown> & { readonly how: 'carried-out' } {
  return { how: 'carried-out', tests };
}

/** Carried out, but not everywhere. */
export function carriedOutWhere(
  note: string,
  ...tests: readonly string[]
): Treatment<unknown> & { readonly how: 'carried-out' } {
  return { how: 'carried-out', note, tests };
}

/** Without effect here, and nothing that a security context depends on. */
export function noted<Value>(
  reason: string,
  when?: (value: Value) => boolean,
  ...tests: readonly string[]
): Treatment<Value> {
  return { how: 'warned', severity: 'note', reason, tests, ...(when && { when }) };
}

/** Without effect here, though the workload may depend on it. */
export function warned<Value>(
  reason: string,
  when?: (value: Value) => boolean,
  ...tests: readonly string[]
): Treatment<Value> {
  return { how: 'warned', severity: 'warning', reason, tests, ...(when && { when }) };
}

export function refused<Value>(
  reason: string,
  when?: (value: Value) => boolean,
  ...tests: readonly string[]
): Treatment<Value> {
  return { how: 'refused', reason, tests, ...(when && { when }) };
}

/** A field that fares otherwise on a node than in a pod that is run alone. */
export function differing<Value>(places: Readonly<Record<Where, Treatment<Value>>>): FieldTreatment<Value> {
  return { ...places.alone, onNode: places.node };
}

/** That of the place. */
export function treatmentIn<Value>(field: FieldTreatment<Value>, where: Where): Treatment<Value> {
  return where === 'node' ? (field.onNode ?? field) : field;
}

/** The fields of a table, in its order. */
export function keysOf<T>(treatments: Treatments<T>): readonly (keyof T & string)[] {
  return Object.keys(treatments).filter((key): key is keyof T & string => key in treatments);
}
