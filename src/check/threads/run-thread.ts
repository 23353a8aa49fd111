import { parentPort } from 'node:worker_threads';
import { type CheckBatch, openBatchCheck } from '../check-batch.ts';
import type { FromThread, ToThread } from './check-thread.ts';

// The entry of a thread: batches in, results out, in the order in which they come.

let ready: Promise<CheckBatch> | undefined;

async function answer(message: ToThread): Promise<void> {
  if (message.kind === 'job') {
    ready = openBatchCheck(message.job);
    return;
  }
  const check = await ready;
  if (check === undefined) throw new Error('a batch came before its job');
  const answered: FromThread = { index: message.index, result: check(message.units) };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows of a browser
  parentPort?.postMessage(answered);
}

parentPort?.on('message', (message: ToThread) => void answer(message));
