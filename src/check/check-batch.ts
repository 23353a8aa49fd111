import { findingsOf } from '../core/check-finding.ts';
import type { CheckSummary, ProblemReport } from '../core/contract/check-report.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from '../core/sum-findings.ts';
import type { CheckFormat } from '../report/check/check-format.ts';
import { checkFormat } from '../report/check/formats.ts';
import type { BatchResult, CheckJob } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { type Judge, openJudge } from './judge.ts';
import type { BaselineEntry } from './suppression/baseline.ts';
import { type BaselinePlace, baselineEntriesOf } from './suppression/baseline-of.ts';
import { addUse, NO_USE } from './suppression/suppression-use.ts';

/** Judges units and makes what each of the wanted outputs shows of them. Synchronous: nothing is waited for. */
export type CheckBatch = (units: readonly CheckUnit[]) => BatchResult;

/** What a thread does with a job, the main thread too. */
export async function openBatchCheck(job: CheckJob): Promise<CheckBatch> {
  const formats = await Promise.all(job.formats.map((request) => checkFormat(request)));
  const judge = await openJudge(
    job,
    formats.some(({ showsConfinement }) => showsConfinement),
  );
  return (units) => checkUnits(units, judge, formats, job.newBaseline);
}

function checkUnits(
  units: readonly CheckUnit[],
  judge: Judge,
  formats: readonly CheckFormat<unknown>[],
  newBaseline: BaselinePlace | undefined,
): BatchResult {
  const pieces: unknown[][] = formats.map(() => []);
  let summary: CheckSummary = NO_FINDINGS;
  let use = NO_USE;
  const entries: BaselineEntry[] = [];
  const problems: ProblemReport[] = [];
  for (const unit of units) {
    const { report, use: used } = judge(unit);
    use = addUse(use, used);
    problems.push(...report.problems);
    if (newBaseline !== undefined) entries.push(...baselineEntriesOf(findingsOf(report), newBaseline));
    summary = addSummaries(summary, sumFindings(report));
    formats.forEach((format, index) => pieces[index]?.push(format.piece(report)));
  }
  return { pieces, summary, use, problems, entries };
}
