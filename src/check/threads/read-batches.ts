import type { CheckUnit } from '../check-unit.ts';
import { type PackedBatch, type ReadBatch, unpackBatch } from '../read-ahead.ts';
import type { ReaderThread } from './reader-thread.ts';

/** No more characters wait to be judged, beside what is being read: memory does not grow with the input. */
const MAX_WAITING = 1024 * 1024;
/** A thread has its next batches at hand when it is done with one. */
const QUEUE_PER_THREAD = 3;

/**
 * Has every batch read by the threads, and yields them in their order. The threads may still be starting. `hasRead` is told
 * of a batch as soon as it was read, however many others come before it.
 */
export async function* readBatches(
  batches: Iterable<readonly CheckUnit[]>,
  threads: readonly ReaderThread[],
  hasRead: (packed: PackedBatch, index: number) => void = () => undefined,
): AsyncGenerator<ReadBatch> {
  const source = batches[Symbol.iterator]();
  const inWork = new Map<number, readonly CheckUnit[]>();
  const done = new Map<number, PackedBatch>();
  let taken = 0;
  let yielded = 0;
  let waiting = 0;
  let isEmpty = false;
  const hand = (thread: ReaderThread): void => {
    const room = waiting < MAX_WAITING ? QUEUE_PER_THREAD - thread.queued : 0;
    for (let given = 0; given < room && !isEmpty; given += 1) {
      const { value, done: atEnd } = source.next();
      if (atEnd === true) isEmpty = true;
      else give(thread, value);
    }
  };
  const give = (thread: ReaderThread, units: readonly CheckUnit[]): void => {
    const index = taken;
    taken += 1;
    inWork.set(index, units);
    thread.read(units, (packed) => {
      done.set(index, packed);
      waiting += packed.json.length;
      hasRead(packed, index);
      hand(thread);
    });
  };
  for (;;) {
    threads.forEach(hand);
    const packed = done.get(yielded);
    const units = inWork.get(yielded);
    if (packed !== undefined && units !== undefined) {
      done.delete(yielded);
      inWork.delete(yielded);
      yielded += 1;
      waiting -= packed.json.length;
      yield unpackBatch(units, packed);
      continue;
    }
    if (yielded === taken && isEmpty) return;
    await Promise.race(threads.map((thread) => thread.settled()));
  }
}
