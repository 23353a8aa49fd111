import { expect, test } from 'vitest';

import { openWorkQueue } from './work-queue.ts';

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('a key is worked on once however often it is added, and never twice at a time', async () => {
  const done: string[] = [];
  let running = 0;
  const queue = openWorkQueue({
    clock: { now: () => 0, sleep: async () => turn() },
    onError: () => undefined,
    work: async (key) => {
      running += 1;
      expect(running).toBe(1);
      await turn();
      running -= 1;
      done.push(key);
    },
  });
  for (let times = 0; times < 5; times += 1) queue.add('a');
  await Promise.resolve();
  queue.add('a');
  while (!queue.idle) await turn();
  expect(done).toEqual(['a', 'a']);
  await queue.close();
});

test('what fails is tried again after 5 ms, 10 ms, 20 ms, ... and no more once it is closed', async () => {
  const delays: number[] = [];
  const queue = openWorkQueue({
    clock: {
      now: () => 0,
      sleep: async (delayMs) => {
        delays.push(delayMs);
        await turn();
      },
    },
    onError: () => undefined,
    work: async () => {
      throw new Error('no');
    },
  });
  queue.add('a');
  while (delays.length < 20) await turn();
  await queue.close();
  expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
  expect(Math.max(...delays)).toBe(1_000_000);
  const { length } = delays;
  await turn();
  await turn();
  expect(delays).toHaveLength(length);
});
