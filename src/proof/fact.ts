import { isDeepStrictEqual } from 'node:util';
import type { Confinement } from '../confinement/confinement.ts';
import type { Fact } from '../core/contract/proof-report.ts';
import { describeOrigin, type Origin } from '../core/sourced.ts';
import type { NamespaceKind, Observation } from './observation.ts';

/** What is known beside the two sides of the comparison. Everything is optional: less is then judged. */
export interface ProofContext {
  /** Line in the manifest's file of the field that a value came from. */
  readonly lineOf?: (origin: Origin) => number | undefined;
  /** Inodes of the sandbox's pinned namespaces: the container must be in these very ones. */
  readonly sandboxNamespaces?: Partial<Readonly<Record<NamespaceKind, number>>>;
  /** What the container was started with: tells a program that was replaced by another one (`exec gosu ...`). */
  readonly startedArgs?: readonly string[];
  /** An observation made right after the start: what held then and does not now, the process changed itself. */
  readonly atStart?: Observation;
}

export interface Subject {
  readonly expected: Confinement;
  readonly observed: Observation;
  readonly context: ProofContext;
}

/** One field's judgement: usually one fact, none where the field cannot be judged here, several for a list. */
export type Judge = (subject: Subject) => readonly Fact[];

export interface Claim {
  readonly field: string;
  readonly expected: unknown;
  readonly observed: unknown;
  readonly from: Origin | string;
  readonly source: string;
  /** Unless given: whether `expected` and `observed` are equal. */
  readonly holds?: boolean;
  /** Probable cause, kept only when the fact does not hold. */
  readonly cause?: string | undefined;
  /** Why it holds though the two sides differ. */
  readonly because?: string | undefined;
}

export function fact({ context }: Subject, claim: Claim): Fact {
  const { field, expected, observed, from, source, because } = claim;
  const holds = because !== undefined || (claim.holds ?? isDeepStrictEqual(expected, observed));
  const line = typeof from === 'string' ? undefined : context.lineOf?.(from);
  const explanation = holds ? because : claim.cause;
  return {
    field,
    expected,
    observed,
    holds,
    from: typeof from === 'string' ? from : describeOrigin(from),
    ...(line === undefined ? {} : { line }),
    source,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

/** `/proc/4711/status CapBnd`. */
export function procSource({ observed }: Subject, file: string): string {
  return `/proc/${observed.hostPid}/${file}`;
}
