import type { CheckSummary, FileReport, ProblemReport } from '../core/contract/check-report.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from '../core/sum-findings.ts';
import type { CheckFormat, CheckHeader } from '../report/check/check-format.ts';
import { checkFormat } from '../report/check/formats.ts';
import { batchesOf } from './batches-of.ts';
import { type CheckBatch, inTurns, openBatchCheck } from './check-batch.ts';
import type { BatchResult, CheckJob } from './check-job.ts';
import { type CheckUnit, isBackground } from './check-unit.ts';
import { checkWhileReading } from './check-while-reading.ts';
import { MIN_UNITS_FOR_THREADS, type ReaderThreads } from './reader-threads.ts';
import type { BaselineEntry } from './suppression/baseline.ts';
import type { SuppressionUse } from './suppression/suppression-settings.ts';
import { addUse, NO_USE } from './suppression/suppression-use.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';
import { survey } from './survey.ts';
import { readBatches } from './threads/read-batches.ts';

export interface CheckFilesRequest {
  readonly units: readonly CheckUnit[];
  readonly header: CheckHeader;
  readonly job: Omit<CheckJob, 'unitKinds'>;
  /** What may work beside this one; closed by whoever opened them. */
  readonly threads: ReaderThreads;
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

/** What of one file is worth a thread. */
const MIN_LENGTH_FOR_THREADS = 4 * 1024 * 1024;

/** Results are held back of so many containers where outputs show findings alone, and of so many where they show everything. */
const MAX_HELD = { findings: 16 * 1024, everything: 256 };

/** Checks every unit and writes every output while it goes on. Memory does not grow with the number of files. */
export async function checkFiles(request: CheckFilesRequest): Promise<CheckedFiles> {
  const { units, job, threads, signal } = request;
  // They start while this thread loads what it needs.
  const judged = units.filter((unit) => !isBackground(unit));
  const isMany = judged.length >= MIN_UNITS_FOR_THREADS && threads.start().length > 0;
  const formats = await Promise.all(job.formats.map((format) => checkFormat(format)));
  const unitKinds = [...new Set(judged.map(({ kind }) => kind))];
  const surroundings = openSurroundings();
  const check = await openBatchCheck({ ...job, unitKinds }, formats, surroundings);
  const maxHeld = formats.some(({ showsConfinement }) => showsConfinement)
    ? MAX_HELD.everything
    : MAX_HELD.findings;
  const results = isMany
    ? checkWhileReading(units, { threads, surroundings, check, maxHeld, signal })
    : checkSurveyed(units, surroundings, check, threads);
  return await writeResults(results, formats, request);
}

/** Looks at all texts first: of few files they are kept, so that each is read once. */
async function* checkSurveyed(
  found: readonly CheckUnit[],
  surroundings: Surroundings,
  check: CheckBatch,
  readers: ReaderThreads,
): AsyncGenerator<BatchResult> {
  const { units, surroundings: known } = survey(found);
  surroundings.add(known);
  surroundings.complete();
  const batches = batchesOf(units);
  const threads = lengthOf(units) < MIN_LENGTH_FOR_THREADS ? [] : readers.start();
  if (threads.length > 0) {
    for await (const batch of readBatches(batches, threads)) yield* inTurns(check(batch.units, batch.ahead));
  } else {
    for (const batch of batches) yield* inTurns(check(batch));
  }
}

function lengthOf(units: readonly CheckUnit[]): number {
  let length = 0;
  for (const unit of units) {
    if (unit.kind === 'manifest') length += unit.text?.length ?? unit.length ?? 0;
  }
  return length;
}

async function writeResults(
  results: AsyncIterable<BatchResult>,
  formats: readonly CheckFormat<unknown>[],
  { header, closing, signal, write }: CheckFilesRequest,
): Promise<CheckedFiles> {
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
