import { setImmediate as turn } from 'node:timers/promises';
import { findingsOf } from '../core/check-finding.ts';
import type { ProblemReport } from '../core/contract/check-report.ts';
import { addFindings, NO_FINDINGS, type Tally } from '../core/sum-findings.ts';
import type { CheckFormat } from '../report/check/check-format.ts';
import type { BatchResult, CheckJob } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { failedReport } from './failed-report.ts';
import { type Judge, type Judged, openJudge } from './judge.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { BaselineEntry } from './suppression/baseline.ts';
import { type BaselinePlace, baselineEntriesOf } from './suppression/baseline-of.ts';
import type { SuppressionUse } from './suppression/suppression-settings.ts';
import { addUse, NO_USE } from './suppression/suppression-use.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Judges units and makes what each of the wanted outputs shows of them, in parts when that is much. Synchronous: nothing is
 * waited for. `ahead` holds what a thread has read of each unit already.
 */
export type CheckBatch = (
  units: readonly CheckUnit[],
  ahead?: readonly (ReadAhead | undefined)[],
) => Iterable<BatchResult>;

/** Prepares everything that does not depend on a unit. */
export async function openBatchCheck(
  job: CheckJob,
  formats: readonly CheckFormat<unknown>[],
  surroundings: Surroundings,
): Promise<CheckBatch> {
  const judge = await openJudge(
    job,
    surroundings,
    formats.some(({ showsConfinement }) => showsConfinement),
  );
  return (units, ahead = []) => checkUnits(units, ahead, judge, formats, job.newBaseline);
}

/** Results one by one; signals are let in between. */
export async function* inTurns(results: Iterable<BatchResult>): AsyncGenerator<BatchResult> {
  for (const result of results) {
    yield result;
    await turn();
  }
}

/** So many containers are reported before what was made of them is handed on: memory does not grow with the input. */
const MAX_CONTAINERS = 1000;

function* checkUnits(
  units: readonly CheckUnit[],
  ahead: readonly (ReadAhead | undefined)[],
  judge: Judge,
  formats: readonly CheckFormat<unknown>[],
  newBaseline: BaselinePlace | undefined,
): Generator<BatchResult> {
  let result = emptyResult(formats.length);
  const add = ({ report, use }: Judged): void => {
    // A report that some format cannot show is shown by none.
    const added: unknown[] = [];
    for (const format of formats) added.push(format.piece(report));
    if (newBaseline !== undefined) {
      for (const entry of baselineEntriesOf(findingsOf(report), newBaseline)) result.entries.push(entry);
    }
    for (const problem of report.problems) result.problems.push(problem);
    for (const workload of report.workloads) result.containers += workload.containers.length;
    result.use = addUse(result.use, use);
    addFindings(report, result.summary);
    added.forEach((piece, index) => result.pieces[index]?.push(piece));
  };
  for (const [index, unit] of units.entries()) {
    for (const judged of judge(unit, ahead[index])) {
      try {
        add(judged);
      } catch (error) {
        add({ report: failedReport(unit, error), use: NO_USE });
      }
      if (result.containers < MAX_CONTAINERS) continue;
      yield result;
      result = emptyResult(formats.length);
    }
  }
  yield result;
}

/** A result while it is added to. */
interface Draft extends BatchResult {
  readonly pieces: readonly unknown[][];
  containers: number;
  readonly summary: Tally;
  use: SuppressionUse;
  readonly problems: ProblemReport[];
  readonly entries: BaselineEntry[];
}

function emptyResult(formats: number): Draft {
  const pieces: unknown[][] = [];
  while (pieces.length < formats) pieces.push([]);
  return {
    pieces,
    containers: 0,
    summary: { ...NO_FINDINGS },
    use: NO_USE,
    problems: [],
    entries: [],
  };
}
