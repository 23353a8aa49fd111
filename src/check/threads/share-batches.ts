import { setImmediate as turn } from 'node:timers/promises';
import type { CheckThread } from './check-thread.ts';

/** At most so many batches are in work or waiting for an earlier one to be taken: memory does not grow with the input. */
const WINDOW = 12;
/** A thread has its next batch at hand when it is done with one. */
const QUEUE_PER_THREAD = 2;

/**
 * Yields the result of every batch in the order of the batches. This thread works too; `threads` may be empty, and may
 * still be starting.
 */
export async function* shareBatches<Batch, Result>(
  batches: Iterable<Batch>,
  checkHere: (batch: Batch) => Result,
  threads: readonly CheckThread<Batch, Result>[],
): AsyncGenerator<Result> {
  const source = batches[Symbol.iterator]();
  const done = new Map<number, Result>();
  let taken = 0;
  let yielded = 0;
  let isEmpty = false;
  const next = (): { readonly index: number; readonly batch: Batch } | undefined => {
    if (isEmpty || taken - yielded >= WINDOW) return undefined;
    const { value, done: atEnd } = source.next();
    if (atEnd === true) {
      isEmpty = true;
      return undefined;
    }
    return { index: taken++, batch: value };
  };
  for (;;) {
    for (const thread of threads) {
      while (thread.queued < QUEUE_PER_THREAD) {
        const work = next();
        if (work === undefined) break;
        thread.check(work.index, work.batch, (result) => void done.set(work.index, result));
      }
    }
    const ready = done.get(yielded);
    if (ready !== undefined) {
      done.delete(yielded);
      yielded += 1;
      yield ready;
      continue;
    }
    const own = next();
    if (own !== undefined) {
      done.set(own.index, checkHere(own.batch));
      // Lets the answers of the other threads in, and signals.
      await turn();
      continue;
    }
    if (yielded === taken && isEmpty) return;
    await Promise.race(threads.map((thread) => thread.settled()));
  }
}
