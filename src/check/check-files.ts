import type { CheckSummary, FileReport, ProblemReport } from '../core/contract/check-report.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from '../core/sum-findings.ts';
import type { CheckFormat, CheckHeader } from '../report/check/check-format.ts';
import { checkFormat } from '../report/check/formats.ts';
import { batchesOf } from './batches-of.ts';
import { openBatchCheck } from './check-batch.ts';
import type { BatchResult, CheckJob } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import type { BaselineEntry } from './suppression/baseline.ts';
import type { SuppressionUse } from './suppression/suppression-settings.ts';
import { addUse, NO_USE } from './suppression/suppression-use.ts';
import { survey } from './survey.ts';
import { type StartedThread, startThread } from './threads/check-thread.ts';
import { shareBatches } from './threads/share-batches.ts';

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

/**
 * For less text, some 35,000 small pods, threads do not pay: V8 compiles what is used often once more for each of them, and
 * does so on the cores that are to do the work. 25,000 pods take 3.6 s of CPU with one and 2.4 s without.
 */
const MIN_LENGTH_FOR_THREADS = 16 * 1024 * 1024;
/** What a file counts that the survey does not read. */
const USUAL_LENGTH = 2 * 1024;

/** Checks every unit and writes every output while it goes on. Memory does not grow with the number of files. */
export async function checkFiles(request: CheckFilesRequest): Promise<CheckedFiles> {
  const { units, surroundings } = survey(request.units);
  const threads = startThreads(units, request.threads);
  try {
    const unitKinds = [...new Set(units.map(({ kind }) => kind))];
    const job: CheckJob = { ...request.job, surroundings, unitKinds };
    for (const thread of threads) thread.begin(job);
    const checkHere = await openBatchCheck(job);
    return await writeResults(shareBatches(batchesOf(units), checkHere, threads), request);
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

function startThreads(units: readonly CheckUnit[], threads: number): readonly StartedThread[] {
  const length = units.reduce((sum, unit) => sum + lengthOf(unit), 0);
  return Array.from({ length: length < MIN_LENGTH_FOR_THREADS ? 0 : threads }, startThread);
}

function lengthOf(unit: CheckUnit): number {
  if (unit.kind === 'told') return 0;
  return unit.text?.length ?? (unit.kind === 'manifest' ? unit.length : undefined) ?? USUAL_LENGTH;
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
