import type { ProblemReport } from '../../core/contract/check-report.ts';
import { problemsError } from '../../manifest/file-problem.ts';
import { palette } from '../../report/palette.ts';
import { renderError } from '../../report/render-error.ts';
import { fileTypeOf } from '../../repository/file-type.ts';
import type { CommandContext } from '../command.ts';

/** What could not be read, on standard error; nothing when there is nothing. */
export async function printProblems(
  problems: readonly ProblemReport[],
  hasRest: boolean,
  { stderr }: CommandContext,
): Promise<void> {
  if (problems.length === 0) return;
  const error = problemsError(
    problems.map(({ line, column = 1, ...problem }) => ({
      ...problem,
      ...(line !== undefined && { position: { line, column } }),
    })),
    'unreadable',
    problems.every(({ file }) => file === '-' || fileTypeOf(file) === 'manifest') ? 'manifest' : 'input',
  );
  stderr.write(
    renderError(error, {
      columns: stderr.columns,
      palette: await palette(stderr.colour),
      ...(hasRest && { ending: 'everything else was checked' }),
    }),
  );
}
