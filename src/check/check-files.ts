import { setImmediate as turn } from 'node:timers/promises';
import type { CheckSummary, FileReport, ProblemReport } from '../core/contract/check-report.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from '../core/sum-findings.ts';
import type { CheckFormat, CheckHeader } from '../report/check/check-format.ts';
import { checkFormat } from '../report/check/formats.ts';
import { batchesOf } from './batches-of.ts';
import { type CheckBatch, openBatchCheck } from './check-batch.ts';
import type { BatchResult, CheckJob } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import type { BaselineEntry } from './suppression/baseline.ts';
import type { SuppressionUse } from './suppression/suppression-settings.ts';
import { addUse, NO_USE } from './suppression/suppression-use.ts';
import { survey } from './survey.ts';
import { readBatches } from './threads/read-batches.ts';
import { type StartedThread, startThread } from './threads/reader-thread.ts';

export interface CheckFilesRequest {
  readonly units: readonly CheckUnit[];
  readonly header: CheckHeader;
  readonly job: Omit<CheckJob, 'surroundings' | 'unitKinds'>;
  /** How many threads may work beside this one. */
  readonly threads: number;
  /** What is to be said last, of the whole check. */
  readonly closing: (use: SuppressionUse) => FileReport;
  /** Ends the check with its reason. */
  readonly signal: AbortSignal;
  /** Takes what an output has to write, by the output's position in the job's formats. */
  readonly write: (output: number, text: string) => Promise<void> | void;
}

export interface CheckedFiles {
  readonly summary: CheckSummary;
  /** What could not be read. */
  readonly problems: readonly ProblemReport[];
  /** What belongs into a new baseline, where one was asked for. */
  readonly entries: readonly BaselineEntry[];
}

/** For fewer files a thread would not have started before they are read. */
const MIN_UNITS_FOR_THREADS = 400;
/** What of one file is worth a thread. */
const MIN_LENGTH_FOR_THREADS = 4 * 1024 * 1024;

/** Checks every unit and writes every output while it goes on. Memory does not grow with the number of files. */
export async function checkFiles(request: CheckFilesRequest): Promise<CheckedFiles> {
  // They start while this thread takes its first look at the texts.
  let threads = startThreads(request.units.length < MIN_UNITS_FOR_THREADS ? 0 : request.threads);
  try {
    const { units, surroundings } = survey(request.units);
    if (threads.length === 0 && lengthOf(units) >= MIN_LENGTH_FOR_THREADS)
      threads = startThreads(request.threads);
    const unitKinds = [...new Set(units.map(({ kind }) => kind))];
    const check = await openBatchCheck({ ...request.job, surroundings, unitKinds });
    return await writeResults(checkBatches(batchesOf(units), check, threads), request);
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

function startThreads(count: number): readonly StartedThread[] {
  return Array.from({ length: count }, startThread);
}

function lengthOf(units: readonly CheckUnit[]): number {
  let length = 0;
  for (const unit of units) {
    if (unit.kind === 'manifest') length += unit.text?.length ?? unit.length ?? 0;
  }
  return length;
}

/**
 * The threads read, this one judges: each compiles half of the code. Were all to do both, V8 would compile the whole for each
 * of them, on the cores that are to do the work; for 10,000 small pods that takes longer than it saves.
 */
async function* checkBatches(
  batches: Iterable<readonly CheckUnit[]>,
  check: CheckBatch,
  threads: readonly StartedThread[],
): AsyncGenerator<BatchResult> {
  if (threads.length > 0) {
    for await (const { units, ahead } of readBatches(batches, threads)) {
      yield* inTurns(check(units, ahead));
    }
    return;
  }
  for (const units of batches) yield* inTurns(check(units));
}

/** Signals are let in between. */
async function* inTurns(results: Iterable<BatchResult>): AsyncGenerator<BatchResult> {
  for (const result of results) {
    yield result;
    await turn();
  }
}

async function writeResults(
  results: AsyncIterable<BatchResult>,
  { header, job, closing, signal, write }: CheckFilesRequest,
): Promise<CheckedFiles> {
  const formats = await Promise.all(job.formats.map((format) => checkFormat(format)));
  let summary = NO_FINDINGS;
  let use = NO_USE;
  const entries: BaselineEntry[] = [];
  const problems: ProblemReport[] = [];
  const writeAll = async (
    textOf: (format: CheckFormat<unknown>, output: number) => string,
  ): Promise<void> => {
    for (const [output, format] of formats.entries()) {
      const text = textOf(format, output);
      if (text !== '') await write(output, text);
    }
  };
  await writeAll((format) => format.open(header));
  for await (const result of results) {
    signal.throwIfAborted();
    summary = addSummaries(summary, result.summary);
    use = addUse(use, result.use);
    for (const entry of result.entries) entries.push(entry);
    for (const problem of result.problems) problems.push(problem);
    await writeAll((format, output) =>
      (result.pieces[output] ?? []).map((piece) => format.add(piece)).join(''),
    );
  }
  const last = closing(use);
  summary = addSummaries(summary, sumFindings(last));
  await writeAll((format) => format.add(format.piece(last)));
  await writeAll((format) => format.close(summary));
  return { summary, problems, entries };
}
