import type { FieldPath } from './field-path.ts';
import { keysOf, type Treatment, type Treatments, treatmentIn, type Where } from './treatment.ts';

export interface UsedField {
  readonly path: FieldPath;
  readonly treatment: Treatment<never>;
}

/** The fields of `value` that are set, with their treatments; those whose treatment does not concern the value are left out. */
export function usedFields<T extends object>(
  value: T | undefined,
  treatments: Treatments<T>,
  path: FieldPath,
  where: Where,
): readonly UsedField[] {
  if (value === undefined) return [];
  return keysOf(treatments).flatMap((field) => usedField(value, field, treatments, path, where));
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Field ties the value to its own treatment
function usedField<T extends object, Field extends keyof T & string>(
  value: T,
  field: Field,
  treatments: Treatments<T>,
  path: FieldPath,
  where: Where,
): readonly UsedField[] {
  const own = value[field];
  const treatment: Treatment<NonNullable<T[Field]>> = treatmentIn<NonNullable<T[Field]>>(
    treatments[field],
    where,
  );
  if (own === undefined || own === null || isEmpty(own)) return [];
  const concerns = treatment.how === 'carried-out' || treatment.when === undefined || treatment.when(own);
  return concerns ? [{ path: [...path, field], treatment }] : [];
}

/** A list without elements asks for nothing. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
