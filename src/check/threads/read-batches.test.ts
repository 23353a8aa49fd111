import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CheckUnit } from '../check-unit.ts';
import type { PackedBatch } from '../read-ahead.ts';
import { readBatches } from './read-batches.ts';
import type { ReaderThread } from './reader-thread.ts';

/** What a thread says of a batch: only its length counts here. */
function packed(index: number, length = 100): PackedBatch {
  const json = JSON.stringify([null, `batch ${index}`.padEnd(length)]);
  return { json, numbers: new Uint32Array(), surroundings: [] };
}

/** A thread that takes its time, and fails at one batch. */
function slowThread(
  delayMs: number,
  seen: number[],
  { failAt = Number.NaN, length = 100 } = {},
): ReaderThread {
  let queued = 0;
  let failure: unknown;
  let wake: (() => void)[] = [];
  let turn = Promise.resolve();
  const answerLater = async (
    before: Promise<void>,
    index: number,
    answer: (packed: PackedBatch) => void,
  ): Promise<void> => {
    await before;
    await sleep(delayMs);
    if (index === failAt) failure = new Error('the thread is gone');
    else {
      seen.push(index);
      queued -= 1;
      answer(packed(index, length));
    }
    for (const resume of wake.splice(0)) resume();
  };
  return {
    get queued(): number {
      return queued;
    },
    read: ([first], answer) => {
      queued += 1;
      turn = answerLater(turn, Number.parseInt(fileOf(first), 10), answer);
    },
    settled: async () => {
      if (failure === undefined) await new Promise<void>((resolve) => void (wake = [...wake, resolve]));
      if (failure !== undefined) throw failure;
    },
  };
}

const unit = (index: number): CheckUnit => ({ kind: 'manifest', file: `${index}.yaml`, explicit: true });
const fileOf = (it: CheckUnit | undefined): string => (it !== undefined && 'file' in it ? it.file : '');
const HUNDRED = Array.from({ length: 100 }, (_, index) => [unit(index)]);

async function filesOf(batches: ReturnType<typeof readBatches>): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const { units, ahead } of batches) {
    files.push(fileOf(units[0]));
    expect(ahead).toEqual([undefined]);
  }
  return files;
}

test('batches come in their order, whoever read them', async () => {
  const one: number[] = [];
  const other: number[] = [];
  const files = await filesOf(readBatches(HUNDRED, [slowThread(1, one), slowThread(2, other)]));
  expect(files).toEqual(HUNDRED.map((_, index) => `${index}.yaml`));
  expect([...one, ...other].toSorted((a, b) => a - b)).toEqual(HUNDRED.map((_, index) => index));
  expect(other.length).toBeGreaterThan(0);
});

test('who asked is told of a batch as soon as it was read', async () => {
  const told: number[] = [];
  const batches = readBatches(HUNDRED, [slowThread(1, []), slowThread(30, [])], (_, index) => {
    told.push(index);
  });
  await batches.next();
  await sleep(100);
  expect(told.length).toBeGreaterThan(5);
  expect(told).not.toEqual(told.toSorted((a, b) => a - b));
  await batches.return(undefined);
});

test('nothing to read is nothing to wait for', async () => {
  expect(await filesOf(readBatches([], [slowThread(1, [])]))).toEqual([]);
});

test('a thread that dies ends the check with its error, and not with a part of the input', async () => {
  await expect(filesOf(readBatches(HUNDRED, [slowThread(1, [], { failAt: 1 })]))).rejects.toThrow(
    'the thread is gone',
  );
});

test('what was read and is not judged does not pile up', async () => {
  let taken = 0;
  function* counted(): Generator<readonly CheckUnit[]> {
    for (const batch of HUNDRED) {
      taken += 1;
      yield batch;
    }
  }
  const length = 200 * 1024;
  const threads = [slowThread(1, [], { length }), slowThread(1, [], { length })];
  const batches = readBatches(counted(), threads);
  await batches.next();
  await sleep(200);
  expect(taken).toBeLessThan(20);
  await batches.return(undefined);
});
