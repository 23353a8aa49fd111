import type { PodproofError } from '../core/errors.ts';
import { count, type TextOptions, wrapText } from './columns.ts';

export interface ErrorTextOptions extends TextOptions {
  /** Shown below the error when somebody debugs podproof. */
  readonly stack?: string;
  /** What became of the rest: `nothing was run` unless told. */
  readonly ending?: string;
}

/**
 * An error as a person sees it: what was attempted, the problems indented, what to do next, and how many errors
 * there were. Problems are never wrapped: `deploy.yaml:14:7` must stay one thing to click on.
 */
export function renderError(error: PodproofError, options: ErrorTextOptions): string {
  const { palette, columns } = options;
  const [first = '', ...more] = error.message.split('\n');
  const lines = [`${palette.bad('podproof:')} ${first}`, ...more.map((line) => `  ${line}`)];
  for (const problem of error.problems) {
    lines.push(...problem.split('\n').map((line) => `  ${line}`));
  }
  if (error.advice !== undefined) {
    const advice = error.advice.length + 2 <= columns ? [error.advice] : wrapText(error.advice, columns - 2);
    lines.push(...advice.map((line) => `  ${line}`));
  }
  if (error.problems.length > 0) {
    lines.push(`${count(error.problems.length, 'error')}, ${options.ending ?? 'nothing was run'}`);
  }
  if (options.stack !== undefined) lines.push('', palette.dim(options.stack));
  return `${lines.join('\n')}\n`;
}
