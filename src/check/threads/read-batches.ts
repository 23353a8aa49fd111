import type { CheckUnit } from '../check-unit.ts';
import type { ReadAhead } from '../read-ahead.ts';
import type { ReaderThread } from './reader-thread.ts';

/** At most so many batches are being read or wait to be judged: memory does not grow with the input. */
const WINDOW = 12;
/** A thread has its next batches at hand when it is done with one. */
const QUEUE_PER_THREAD = 3;

/** A batch, and what was read of each of its units. */
export interface ReadBatch {
  readonly units: readonly CheckUnit[];
  readonly ahead: readonly (ReadAhead | undefined)[];
}

/** Has every batch read by the threads, and yields them in their order. The threads may still be starting. */
export async function* readBatches(
  batches: Iterable<readonly CheckUnit[]>,
  threads: readonly ReaderThread[],
): AsyncGenerator<ReadBatch> {
  const source = batches[Symbol.iterator]();
  const inWork = new Map<number, readonly CheckUnit[]>();
  const done = new Map<number, string>();
  let taken = 0;
  let yielded = 0;
  let isEmpty = false;
  const hand = (thread: ReaderThread): void => {
    while (!isEmpty && taken - yielded < WINDOW && thread.queued < QUEUE_PER_THREAD) {
      const { value, done: atEnd } = source.next();
      if (atEnd === true) {
        isEmpty = true;
        return;
      }
      const index = taken;
      taken += 1;
      inWork.set(index, value);
      thread.read(index, value, (json) => void done.set(index, json));
    }
  };
  for (;;) {
    threads.forEach(hand);
    const json = done.get(yielded);
    const units = inWork.get(yielded);
    if (json !== undefined && units !== undefined) {
      done.delete(yielded);
      inWork.delete(yielded);
      yielded += 1;
      threads.forEach(hand);
      yield { units, ahead: unpacked(json) };
      continue;
    }
    if (yielded === taken && isEmpty) return;
    await Promise.race(threads.map((thread) => thread.settled()));
  }
}

function unpacked(json: string): readonly (ReadAhead | undefined)[] {
  // Made by a thread of this very program.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (JSON.parse(json) as readonly (ReadAhead | null)[]).map((it) => it ?? undefined);
}
