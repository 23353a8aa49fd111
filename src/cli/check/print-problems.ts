import type { ProblemReport } from '../../core/contract/check-report.ts';
import { count } from '../../report/columns.ts';
import type { CommandContext } from '../command.ts';

/** What could not be read, on standard error, one place a line. */
export function printProblems(problems: readonly ProblemReport[], { stderr }: CommandContext): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ file, line, column, message }) => {
    const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
    return `  ${place}  ${message}\n`;
  });
  stderr.write(`podproof: ${count(problems.length, 'problem')} in what was read\n${lines.join('')}`);
}
