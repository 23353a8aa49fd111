import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CheckUnit } from '../check-unit.ts';
import { readBatches } from './read-batches.ts';
import type { ReaderThread } from './reader-thread.ts';

/** A thread that takes its time, and fails at one batch. */
function slowThread(delayMs: number, seen: number[], failAt = Number.NaN): ReaderThread {
  let queued = 0;
  let failure: unknown;
  let wake: (() => void)[] = [];
  let turn = Promise.resolve();
  const answerLater = async (
    before: Promise<void>,
    index: number,
    answer: (json: string) => void,
  ): Promise<void> => {
    await before;
    await sleep(delayMs);
    if (index === failAt) failure = new Error('the thread is gone');
    else {
      seen.push(index);
      queued -= 1;
      answer(`[${JSON.stringify({ text: `text ${index}` })},null]`);
    }
    for (const resume of wake.splice(0)) resume();
  };
  return {
    get queued(): number {
      return queued;
    },
    read: (index, _units, answer) => {
      queued += 1;
      turn = answerLater(turn, index, answer);
    },
    settled: async () => {
      if (failure === undefined) await new Promise<void>((resolve) => void (wake = [...wake, resolve]));
      if (failure !== undefined) throw failure;
    },
  };
}

const unit = (index: number): CheckUnit => ({ kind: 'manifest', file: `${index}.yaml`, explicit: true });
const HUNDRED = Array.from({ length: 100 }, (_, index) => [unit(index)]);

async function filesOf(batches: ReturnType<typeof readBatches>): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const { units, ahead } of batches) {
    const [first] = units;
    files.push(first !== undefined && 'file' in first ? first.file : '');
    expect(ahead).toEqual([{ text: `text ${files.length - 1}` }, undefined]);
  }
  return files;
}

test('batches come in their order, with what was read of them, whoever read it', async () => {
  const one: number[] = [];
  const other: number[] = [];
  const files = await filesOf(readBatches(HUNDRED, [slowThread(1, one), slowThread(2, other)]));
  expect(files).toEqual(HUNDRED.map((_, index) => `${index}.yaml`));
  expect([...one, ...other].toSorted((a, b) => a - b)).toEqual(HUNDRED.map((_, index) => index));
  expect(other.length).toBeGreaterThan(0);
});

test('nothing to read is nothing to wait for', async () => {
  expect(await filesOf(readBatches([], [slowThread(1, [])]))).toEqual([]);
});

test('a thread that dies ends the check with its error, and not with a part of the input', async () => {
  await expect(filesOf(readBatches(HUNDRED, [slowThread(1, [], 1)]))).rejects.toThrow('the thread is gone');
});

test('no more batches are taken than fit between the first unjudged one and the last', async () => {
  let taken = 0;
  function* counted(): Generator<readonly CheckUnit[]> {
    for (const batch of HUNDRED) {
      taken += 1;
      yield batch;
    }
  }
  const batches = readBatches(counted(), [slowThread(1, []), slowThread(1, [])]);
  await batches.next();
  await sleep(50);
  expect(taken).toBeLessThan(20);
  await batches.return(undefined);
});
