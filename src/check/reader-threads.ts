import { type ReaderThread, type StartedThread, startThread } from './threads/reader-thread.ts';

/** For fewer files a thread would not have started before they are read. */
export const MIN_UNITS_FOR_THREADS = 400;

/** Threads that are started when somebody knows that they are worth it. */
export interface ReaderThreads {
  /** All of them; those that were started before are not started again. */
  start(): readonly ReaderThread[];
  /** Ends those that were started. */
  close(): Promise<void>;
}

export function openThreads(count: number): ReaderThreads {
  const started: StartedThread[] = [];
  return {
    start: () => {
      while (started.length < count) started.push(startThread());
      return started;
    },
    close: async () => void (await Promise.all(started.map((thread) => thread.close()))),
  };
}
