import { parentPort } from 'node:worker_threads';
import type { CheckUnit } from '../check-unit.ts';
import { packBatch } from '../read-ahead.ts';
import type { FromThread, ToThread } from './reader-thread.ts';

// The entry of a thread: batches of units in, what they hold out, in the order in which they come.

parentPort?.on('message', ({ index, json }: ToThread) => {
  // Made by the thread that judges.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const packed = packBatch(JSON.parse(json) as readonly CheckUnit[]);
  const answered: FromThread = { index, packed };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows of a browser
  parentPort?.postMessage(answered, [packed.numbers.buffer]);
});
