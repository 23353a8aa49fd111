import { policyMatrixReport, versionDiffReport } from '../../check/policy-reports.ts';
import { readUnitWorkloads } from '../../check/read-workloads.ts';
import { PodproofError } from '../../core/errors.ts';
import { parsePolicyVersion } from '../../policy/level-version.ts';
import type { ComparedVersions } from '../../policy/version-diff.ts';
import type { TextOptions } from '../../report/columns.ts';
import { palette } from '../../report/palette.ts';
import { renderJson } from '../../report/render-json.ts';
import { renderPolicyMatrix } from '../../report/render-policy-matrix.ts';
import { renderVersionDiff } from '../../report/render-version-diff.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import type { CheckPlan } from './check-plan.ts';
import { type OutputRequest, openSink } from './outputs.ts';
import { printProblems } from './print-problems.ts';

/** `--matrix` and `--diff-versions`: what the standard says of the same inputs, instead of a check. */
export async function printPolicyReport(
  plan: CheckPlan,
  outputs: readonly OutputRequest[],
  context: CommandContext,
): Promise<number> {
  const { line, units, settings } = plan;
  const range = line.text('diff-versions');
  if (range !== undefined && line.has('matrix')) {
    throw new PodproofError('usage', 'options "--matrix" and "--diff-versions" exclude each other');
  }
  const compared = range === undefined ? undefined : parseRange(range);
  const read = await readUnitWorkloads(units, settings.judge);
  const matrix = compared === undefined ? policyMatrixReport(read) : undefined;
  const diff = compared === undefined ? undefined : versionDiffReport(read, settings.judge, compared);
  await print(outputs, context, matrix ?? diff, (options) =>
    [
      ...(matrix === undefined ? [] : [renderPolicyMatrix(matrix, options)]),
      ...(diff === undefined ? [] : [renderVersionDiff(diff, options)]),
    ].join(''),
  );
  await printProblems(read.problems, read.workloads.length > 0, context);
  if (read.problems.length > 0) return EXIT.badInput;
  return diff !== undefined && diff.summary.newlyDenied > 0 ? EXIT.findings : EXIT.asWanted;
}

async function print(
  outputs: readonly OutputRequest[],
  context: CommandContext,
  report: object | undefined,
  render: (options: TextOptions) => string,
): Promise<void> {
  const { stdout } = context;
  for (const output of outputs) {
    if (output.name !== 'text' && output.name !== 'json') {
      throw new PodproofError(
        'usage',
        `--matrix and --diff-versions have no output "${output.name}": text or json`,
      );
    }
    const isScreen = output.file === undefined;
    const options = {
      columns: isScreen ? stdout.columns : 100,
      palette: await palette(isScreen && stdout.colour),
    };
    const sink = await openSink(output, context);
    await sink.write(output.name === 'json' ? renderJson(report) : render(options));
    await sink.close();
  }
}

/** `v1.34..latest`; backwards, too. */
function parseRange(text: string): ComparedVersions {
  const [from = '', to = '', ...more] = text.split('..');
  const versions = [parsePolicyVersion(from), parsePolicyVersion(to)] as const;
  if (more.length === 0 && versions[0] !== undefined && versions[1] !== undefined) {
    return { from: versions[0], to: versions[1] };
  }
  throw new PodproofError(
    'usage',
    `option "--diff-versions" cannot be "${text}": it is two versions, like v1.34..latest`,
  );
}
