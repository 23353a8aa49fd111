import { setTimeout as wait } from 'node:timers/promises';

/** The node's time, so that tests can have their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `delayMs`, or as soon as `signal` aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Beyond it Node.js' timers fire at once: 24.8 days, less than a deadline or grace period may be. */
export const longestTimerMs: number = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (delayMs, signal) => {
    let leftMs = delayMs;
    try {
      while (leftMs > 0) {
        await wait(Math.min(leftMs, longestTimerMs), undefined, signal === undefined ? {} : { signal });
        leftMs -= longestTimerMs;
      }
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
