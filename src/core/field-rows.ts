import { keysOf, type Treatment, type Treatments, treatmentIn, type Where } from './treatment.ts';

/** One row of a page of docs/conformance: a field, and what becomes of it. */
export interface FieldRow {
  /** Upstream's type: `PodSpec`. */
  readonly type: string;
  readonly field: string;
  readonly alone: Verdict;
  /** That of pods of a node; the same unless it is told apart. */
  readonly node: Verdict;
}

export interface Verdict {
  readonly how: Treatment<unknown>['how'];
  /** Why not, or where not; empty where there is nothing to say. */
  readonly reason: string;
  /** Files that show it, from the project's root. */
  readonly tests: readonly string[];
}

/** The rows of one type. */
export function rowsOf<T>(type: string, treatments: Treatments<T>): readonly FieldRow[] {
  return keysOf(treatments).map((field) => {
    const treatment = treatments[field];
    const verdict = (where: Where): Verdict => verdictOf(treatmentIn<never>(treatment, where));
    return { type, field, alone: verdict('alone'), node: verdict('node') };
  });
}

function verdictOf(treatment: Treatment<never>): Verdict {
  const reason = treatment.how === 'carried-out' ? treatment.note : treatment.reason;
  return { how: treatment.how, reason: reason ?? '', tests: treatment.tests ?? [] };
}
