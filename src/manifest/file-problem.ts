import type { ProblemReport } from '../core/contract/check-report.ts';
import { PodproofError } from '../core/errors.ts';
import { oneLine } from '../core/visible-text.ts';
import type { Position } from './line-index.ts';

/** Something wrong with an input, with the place where there is one. */
export interface FileProblem {
  readonly file: string;
  readonly position?: Position;
  readonly message: string;
  readonly advice?: string;
}

/** The problem as reports have it. */
export function problemReport({ file, position, message, advice }: FileProblem): ProblemReport {
  return { file, ...position, message, ...(advice !== undefined && { advice }) };
}

/** A file with more problems than this is not a manifest with mistakes; the rest is counted. */
const MAX_SHOWN = 1000;
/** The files stand with their problems; the first line names only some of them. */
const MAX_NAMED = 10;

/** Throws one error with all problems, each as `FILE:LINE:COLUMN  text` and, below it, what to do. */
export function throwProblems(
  problems: readonly FileProblem[],
  whatFailed: 'unreadable' | 'refused' = 'unreadable',
): void {
  if (problems.length > 0) throw problemsError(problems, whatFailed);
}

/** The same error, to be told; `kind` is what the files are, where not all of them are manifests. */
export function problemsError(
  problems: readonly FileProblem[],
  whatFailed: 'unreadable' | 'refused' = 'unreadable',
  kind = 'manifest',
): PodproofError {
  const [first] = problems;
  const files = [...new Set(problems.map((it) => it.file))];
  const noun = files.length === 1 ? kind : `${kind}s`;
  const message =
    whatFailed === 'unreadable'
      ? `cannot read ${noun} ${namesOf(files)}`
      : `the Kubernetes API would refuse ${noun} ${namesOf(files)}`;
  if (first !== undefined && problems.length === 1) {
    const { advice } = first;
    return new PodproofError('invalid', message, {
      problems: [describeProblem(first)],
      ...(advice !== undefined && { advice }),
    });
  }
  const shown = problems.slice(0, MAX_SHOWN).map(withAdvice);
  const rest = problems.length - shown.length;
  return new PodproofError('invalid', message, {
    problems: rest > 0 ? [...shown, `and ${rest} more`] : shown,
  });
}

function namesOf(files: readonly string[]): string {
  const names = files.slice(0, MAX_NAMED).map((it) => `"${displayName(it)}"`);
  const rest = files.length - names.length;
  return [...names, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function withAdvice(problem: FileProblem): string {
  const text = describeProblem(problem);
  return problem.advice === undefined ? text : `${text}\n  ${problem.advice}`;
}

function describeProblem(problem: FileProblem): string {
  const { position, message } = problem;
  const file = displayName(problem.file);
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  return oneLine(`${place}  ${message}`);
}

function displayName(file: string): string {
  return file === '-' ? 'standard input' : oneLine(file);
}
