import type { Fact } from '../../core/contract/proof-report.ts';
import type { PodCondition } from '../../kube/pod-status.ts';
import type { SeenRun } from './proven-run.ts';

/** A fact that does not hold, and of which container. */
export interface Mismatch {
  readonly container: string;
  readonly run: string;
  readonly fact: Fact;
}

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

/** `ConfinementProven`, without the time. Of a pod that has ended it is what was found while it ran. */
export function confinementVerdict(runs: readonly SeenRun[], mismatches: readonly Mismatch[]): Verdict {
  if (runs.length === 0)
    return { status: 'Unknown', reason: 'NothingObserved', message: 'no container has been observed' };
  const facts = runs.flatMap(({ proof }) => proof.facts);
  const held = facts.filter(({ holds }) => holds).length;
  const count = `${held} of ${facts.length} facts hold`;
  if (mismatches.length === 0) return { status: 'True', reason: 'AllFactsHold', message: count };
  const fields = mismatches.map(({ container, fact }) => `${fact.field} of container "${container}"`);
  return {
    status: 'False',
    reason: 'ConfinementMismatch',
    message: `${count}; not as expected: ${limited(fields).join(', ')}`,
  };
}

const maxFields = 20;

function limited(fields: readonly string[]): readonly string[] {
  if (fields.length <= maxFields) return fields;
  return [...fields.slice(0, maxFields), `and ${fields.length - maxFields} more`];
}

const maxValueCharacters = 300;

/** What the event `ConfinementMismatch` says. */
export function mismatchMessage({ container, fact }: Mismatch): string {
  const { field, expected, observed, explanation } = fact;
  const because = explanation === undefined ? '' : ` (${explanation})`;
  return `${field} of container "${container}": expected ${valueOf(expected)}, observed ${valueOf(observed)}${because}`;
}

function valueOf(value: unknown): string {
  // JSON has no undefined.
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing';
  return text.length <= maxValueCharacters ? text : `${text.slice(0, maxValueCharacters)}...`;
}
