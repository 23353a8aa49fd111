import { Worker } from 'node:worker_threads';
import { PodproofError } from '../../core/errors.ts';
import type { BatchResult, CheckJob } from '../check-job.ts';
import type { CheckUnit } from '../check-unit.ts';

/** A thread that checks batches, one after the other. */
export interface CheckThread<Batch, Result> {
  /** Batches that it has and has not answered. */
  readonly queued: number;
  check(index: number, batch: Batch, answer: (result: Result) => void): void;
  /** Resolves at the next answer; rejects when the thread has failed. */
  settled(): Promise<void>;
}

/** What is sent to the thread: the job once, before anything else; then batches. */
export type ToThread =
  | { readonly kind: 'job'; readonly job: CheckJob }
  | { readonly kind: 'batch'; readonly index: number; readonly units: readonly CheckUnit[] };

/** What it answers, a batch each. */
export interface FromThread {
  readonly index: number;
  readonly result: BatchResult;
}

export interface StartedThread extends CheckThread<readonly CheckUnit[], BatchResult> {
  /** To be called once, before the first batch. */
  begin(job: CheckJob): void;
  close(): Promise<void>;
}

/** Of a module in the bundle the bundle of the threads, else the module beside this one. */
function threadModule(): URL {
  const here = import.meta.url;
  if (here.endsWith('.cjs')) return new URL('../bin/check-thread.cjs', here);
  return new URL(here.endsWith('.ts') ? './run-thread.ts' : './run-thread.js', here);
}

/** Starts a thread; it loads its code while this one goes on. */
export function startThread(): StartedThread {
  // Young generations make most of a thread's memory: small ones cost little time and halve it.
  const worker = new Worker(threadModule(), { resourceLimits: { maxYoungGenerationSizeMb: 24 } });
  const answers = new Map<number, (result: BatchResult) => void>();
  let failure: unknown;
  let wake: (() => void)[] = [];
  const wakeAll = (): void => {
    const waiting = wake;
    wake = [];
    for (const resume of waiting) resume();
  };
  const fail = (error: unknown): void => {
    failure ??= error;
    wakeAll();
  };
  worker.on('message', ({ index, result }: FromThread) => {
    answers.get(index)?.(result);
    answers.delete(index);
    wakeAll();
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new PodproofError('internal', 'a thread of the check ended by itself')));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows of a browser
  const send = (message: ToThread): void => worker.postMessage(message);
  return {
    get queued(): number {
      return answers.size;
    },
    begin: (job) => send({ kind: 'job', job }),
    check: (index, units, answer) => {
      answers.set(index, answer);
      send({ kind: 'batch', index, units });
    },
    settled: async () => {
      if (failure === undefined) await new Promise<void>((resolve) => void wake.push(resolve));
      if (failure !== undefined) throw failure;
    },
    close: async () => void (await worker.terminate()),
  };
}
