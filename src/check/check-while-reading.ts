import { batchesOf } from './batches-of.ts';
import { type CheckBatch, inTurns } from './check-batch.ts';
import type { BatchResult } from './check-job.ts';
import { type CheckUnit, isBackground } from './check-unit.ts';
import type { ReadBatch } from './read-ahead.ts';
import type { ReaderThreads } from './reader-threads.ts';
import type { Surroundings } from './surroundings.ts';
import { surroundingsOf } from './survey.ts';
import { readBatches } from './threads/read-batches.ts';

export interface CheckWhileReadingOptions {
  readonly threads: ReaderThreads;
  readonly surroundings: Surroundings;
  readonly check: CheckBatch;
  /** Results of no more containers are held back. */
  readonly maxHeld: number;
  /** Ends the check with its reason. */
  readonly signal: AbortSignal;
}

/** Whoever writes one mostly says so: looking there first spares judging again. */
const TELLS_OF_SURROUNDINGS = /namespace|service-?account|(?<![a-z])(?:ns|sa|rbac)(?![a-z])/i;

/** Of what is known before the first batch, and of what is known of all the others. */
const BEFORE_ALL = -1;
const AFTER_ALL = Number.POSITIVE_INFINITY;

/**
 * Judges units as threads have read them, in their order. A Namespace that is read late may change what was judged early: results
 * are held back until everything is read, and what is no longer true is judged again. Where too many are held back, the
 * other units are looked at for Namespaces and ServiceAccounts first.
 */
export async function* checkWhileReading(
  units: readonly CheckUnit[],
  { threads, surroundings, check, maxHeld, signal }: CheckWhileReadingOptions,
): AsyncGenerator<BatchResult> {
  const batches = [...batchesOf(units.filter((unit) => !isBackground(unit)))];
  const reading = readBatches(batches, threads.start(), (packed, at) => {
    surroundings.add(packed.surroundings, at);
  });
  surroundings.add(surroundingsOf(units.filter(isLookedAtFirst)), BEFORE_ALL);
  let held: (readonly BatchResult[])[] | undefined = [];
  let containers = 0;
  let index = 0;
  for await (const batch of reading) {
    surroundings.takeTurn(index);
    index += 1;
    if (held === undefined) {
      yield* checkRead(batch);
      continue;
    }
    const results: BatchResult[] = [];
    for await (const result of checkRead(batch)) {
      signal.throwIfAborted();
      results.push(result);
      containers += result.containers;
    }
    held.push(results);
    if (containers <= maxHeld) continue;
    surroundings.add(surroundingsOf(batches.slice(index).flat()), AFTER_ALL);
    yield* release(held);
    held = undefined;
  }
  // They end while results are written.
  const isAllRead = held === undefined || !batches.some((_, at) => surroundings.isMisled(at));
  if (isAllRead) void threads.close();
  if (held !== undefined) yield* release(held);

  /** Nothing is unknown any more. */
  async function* release(results: readonly (readonly BatchResult[])[]): AsyncGenerator<BatchResult> {
    surroundings.complete();
    const again = batches.filter((_, at) => at < results.length && surroundings.isMisled(at));
    const readAgain = readBatches(again, threads.start());
    for (const [at, result] of results.entries()) {
      if (!surroundings.isMisled(at)) yield* result;
      else {
        const { value: batch } = await readAgain.next();
        if (batch !== undefined) yield* checkRead(batch);
      }
    }
  }

  async function* checkRead(batch: ReadBatch): AsyncGenerator<BatchResult> {
    for await (const part of batch.units.some(isLeft) ? partsOf(batch) : [batch]) {
      yield* inTurns(check(part.units, part.ahead));
    }
  }

  /** A file that was left because of its length is cut. */
  async function* partsOf({ units: whole, ahead }: ReadBatch): AsyncGenerator<ReadBatch> {
    for (const [at, unit] of whole.entries()) {
      if (!isLeft(unit)) yield { units: [unit], ahead: [ahead[at]] };
      else {
        yield* readBatches(batchesOf([unit]), threads.start(), (packed) => {
          surroundings.add(packed.surroundings);
        });
      }
    }
  }
}

function isLookedAtFirst(unit: CheckUnit): boolean {
  return unit.kind === 'manifest' && (isBackground(unit) || TELLS_OF_SURROUNDINGS.test(unit.file));
}

function isLeft(unit: CheckUnit): boolean {
  return unit.kind === 'manifest' && unit.text === undefined && unit.length !== undefined;
}
