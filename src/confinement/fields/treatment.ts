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
    }
  | {
      readonly how: 'refused';
      readonly reason: string;
      readonly when?: (value: Value) => boolean;
      /** Files that show the refusal, and what is carried out of the field otherwise. */
      readonly tests?: readonly string[];
    };

/** One treatment for every field of a type: a field that upstream adds does not compile until it has one. */
export type Treatments<T> = { readonly [Field in keyof T]-?: Treatment<NonNullable<T[Field]>> };

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
export function noted<Value>(reason: string, when?: (value: Value) => boolean): Treatment<Value> {
  return { how: 'warned', severity: 'note', reason, ...(when && { when }) };
}

/** Without effect here, though the workload may depend on it. */
export function warned<Value>(reason: string, when?: (value: Value) => boolean): Treatment<Value> {
  return { how: 'warned', severity: 'warning', reason, ...(when && { when }) };
}

export function refused<Value>(
  reason: string,
  when?: (value: Value) => boolean,
  ...tests: readonly string[]
): Treatment<Value> {
  return { how: 'refused', reason, tests, ...(when && { when }) };
}
