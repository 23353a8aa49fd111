import { Worker } from 'node:worker_threads';
import { PodproofError } from '../../core/errors.ts';
import type { CheckUnit } from '../check-unit.ts';

/** A thread that reads batches, one after the other. */
export interface ReaderThread {
  /** Batches that it has and has not answered. */
  readonly queued: number;
  /** `answer` gets the JSON of what each unit holds: `ReadAhead`, or null for what it did not read. */
  read(index: number, units: readonly CheckUnit[], answer: (json: string) => void): void;
  /** Resolves at the next answer; rejects when the thread has failed. */
  settled(): Promise<void>;
}

/** What is sent to the thread. */
export interface ToThread {
  readonly index: number;
  readonly units: readonly CheckUnit[];
}

/** What it answers, a batch each. */
export interface FromThread {
  readonly index: number;
  readonly json: string;
}

export interface StartedThread extends ReaderThread {
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
  const worker = new Worker(threadModule(), { resourceLimits: { maxYoungGenerationSizeMb: 12 } });
  const answers = new Map<number, (json: string) => void>();
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
  worker.on('message', ({ index, json }: FromThread) => {
    answers.get(index)?.(json);
    answers.delete(index);
    wakeAll();
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new PodproofError('internal', 'a thread of the check ended by itself')));
  const send = (message: ToThread): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows of a browser
    worker.postMessage(message);
  };
  return {
    get queued(): number {
      return answers.size;
    },
    read: (index, units, answer) => {
      answers.set(index, answer);
      send({ index, units });
    },
    settled: async () => {
      if (failure === undefined) await new Promise<void>((resolve) => void wake.push(resolve));
      if (failure !== undefined) throw failure;
    },
    close: async () => void (await worker.terminate()),
  };
}
