import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CheckThread } from './check-thread.ts';
import { shareBatches } from './share-batches.ts';

/** A thread that takes its time: answers come after what this thread does meanwhile. */
function slowThread(delayMs: number, seen: number[], failAt = Number.NaN): CheckThread<number, string> {
  let queued = 0;
  let failure: unknown;
  let wake: (() => void)[] = [];
  const wakeAll = (): void => {
    for (const resume of wake.splice(0)) resume();
  };
  let turn = Promise.resolve();
  const answerLater = async (
    before: Promise<void>,
    index: number,
    batch: number,
    answer: (result: string) => void,
  ): Promise<void> => {
    await before;
    await sleep(delayMs);
    if (batch === failAt) failure = new Error('the thread is gone');
    else {
      seen.push(batch);
      queued -= 1;
      answer(`${index}:${batch}`);
    }
    wakeAll();
  };
  return {
    get queued(): number {
      return queued;
    },
    check: (index, batch, answer) => {
      queued += 1;
      turn = answerLater(turn, index, batch, answer);
    },
    settled: async () => {
      if (failure === undefined) await new Promise<void>((resolve) => void wake.push(resolve));
      if (failure !== undefined) throw failure;
    },
  };
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => index);

async function collect(results: AsyncIterable<string>): Promise<readonly string[]> {
  const collected: string[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}

test('results come in the order of the batches, whoever made them', async () => {
  const there: number[] = [];
  const here: number[] = [];
  let index = 0;
  const checkHere = (batch: number): string => {
    here.push(batch);
    const until = performance.now() + 1;
    while (performance.now() < until) index += 1;
    return `${batch}:${batch}`;
  };
  const results = await collect(
    shareBatches(HUNDRED, checkHere, [slowThread(1, there), slowThread(2, there)]),
  );
  expect(results).toEqual(HUNDRED.map((batch) => `${batch}:${batch}`));
  expect(there.length).toBeGreaterThan(0);
  expect(here.length).toBeGreaterThan(0);
  expect([...here, ...there].toSorted((a, b) => a - b)).toEqual(HUNDRED);
});

test('without threads everything is done here', async () => {
  expect(await collect(shareBatches([7, 8], (batch) => `${batch}`, []))).toEqual(['7', '8']);
  expect(await collect(shareBatches([], () => '', [slowThread(1, [])]))).toEqual([]);
});

test('a thread that dies ends the check with its error, and not with a part of the results', async () => {
  const results = collect(shareBatches(HUNDRED, (batch) => `${batch}`, [slowThread(1, [], 1)]));
  await expect(results).rejects.toThrow('the thread is gone');
});

test('no more batches are taken than fit between the first unfinished one and the last', async () => {
  let taken = 0;
  function* counted(): Generator<number> {
    for (const batch of HUNDRED) {
      taken += 1;
      yield batch;
    }
  }
  const results = shareBatches(counted(), (batch) => `${batch}`, [slowThread(30, [])]);
  await results.next();
  expect(taken).toBeLessThan(20);
  await results.return(undefined);
});
