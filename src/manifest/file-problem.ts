import { PodproofError } from '../core/errors.ts';
import type { Position } from './line-index.ts';

/** Something wrong with an input, with the place where there is one. */
export interface FileProblem {
  readonly file: string;
  readonly position?: Position;
  readonly message: string;
  readonly advice?: string;
}

/** A file with more problems than this is not a manifest with mistakes; the rest is counted. */
const MAX_SHOWN = 200;

/** Throws one error with all problems, each as `FILE:LINE:COLUMN  text` and, below it, what to do. */
export function throwProblems(problems: readonly FileProblem[]): void {
  if (problems.length === 0) return;
  const files = [...new Set(problems.map((it) => it.file))];
  const shown = problems.slice(0, MAX_SHOWN).map(describeProblem);
  const rest = problems.length - shown.length;
  if (rest > 0) shown.push(`and ${rest} more`);
  const names = files.map((it) => `"${displayName(it)}"`).join(', ');
  throw new PodproofError('invalid', `cannot read manifest${files.length === 1 ? '' : 's'} ${names}`, {
    problems: shown,
  });
}

function describeProblem(problem: FileProblem): string {
  const { position, message, advice } = problem;
  const file = displayName(problem.file);
  const place = position === undefined ? file : `${file}:${position.line}:${position.column}`;
  return `${place}  ${message}${advice === undefined ? '' : `\n  ${advice}`}`;
}

function displayName(file: string): string {
  return file === '-' ? 'standard input' : file;
}
