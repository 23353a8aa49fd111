import process from 'node:process';
import type { CheckReport } from '../core/contract/check-report.ts';
import { PodproofError } from '../core/errors.ts';
import { PODPROOF_VERSION } from '../core/version.ts';
import { CHECK_FORMAT_NAMES, type CheckFormatName } from '../report/check/check-format.ts';

/** How a report is written. Everything may be left out. */
export interface RenderCheckOptions {
  /** Of `text`: every container with its confinement (`details`), or only what is wrong, a line each. */
  readonly style?: 'details' | 'findings' | undefined;
  /** Of `text`: how many columns a line may have; 100 unless told. */
  readonly columns?: number | undefined;
  /** Of `text`: with the sequences of a terminal. */
  readonly colour?: boolean | undefined;
  /** Of `sarif` and `github`: files below this directory are named relative to it; the working directory unless told. */
  readonly directory?: string | undefined;
  /** Of `sarif`: accepted findings are results with `suppressions`, instead of being left out. */
  readonly keepsSuppressed?: boolean | undefined;
  /** Of `junit` and `markdown`: a warning is a failure. */
  readonly warningsFail?: boolean | undefined;
}

/**
 * A report as `podproof check -o FORMAT` writes it: `text`, `json`, `sarif` (2.1.0), `junit`, `markdown` (for a comment on a
 * pull request) or `github` (workflow commands). Ends with a newline. Throws `usage` for another format.
 */
export async function renderCheck(
  report: CheckReport,
  format: CheckFormatName,
  options: RenderCheckOptions = {},
): Promise<string> {
  if (!CHECK_FORMAT_NAMES.includes(format)) {
    throw new PodproofError(
      'usage',
      `there is no format "${format}": there are ${CHECK_FORMAT_NAMES.join(', ')}`,
    );
  }
  const { style = 'findings', columns = 100, colour = false, directory = process.cwd() } = options;
  const [{ checkFormat }, { RULES }] = await Promise.all([
    import('../report/check/formats.ts'),
    import('./rules.ts'),
  ]);
  const output = await checkFormat({
    name: format,
    style,
    columns,
    colour,
    directory,
    rules: RULES,
    keepsSuppressed: options.keepsSuppressed ?? false,
    warningsFail: options.warningsFail ?? false,
  });
  const { profile, kubernetes, summary } = report;
  const header = { profile, kubernetes, podproof: PODPROOF_VERSION };
  return output.open(header) + output.add(output.piece(report)) + output.close(summary);
}
