import type { Clock } from './clock.ts';

export interface GoalWait {
  /** Called at once and after every change; throws a defect. */
  readonly judge: () => 'reached' | 'impossible' | 'open';
  readonly subscribe: (listener: () => void) => () => void;
  readonly clock: Clock;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** True once the goal is reached; false when it cannot be any more, the time is over, or the caller gives up. */
export function waitForGoal({ judge, subscribe, clock, timeoutMs, signal }: GoalWait): Promise<boolean> {
  const over = new AbortController();
  const outcome = new Promise<boolean>((resolve, reject) => {
    const look = (): void => {
      try {
        const judged = judge();
        if (judged !== 'open') resolve(judged === 'reached');
      } catch (error) {
        reject(error);
      }
    };
    over.signal.addEventListener('abort', subscribe(look));
    const giveUp = (): void => resolve(false);
    // The caller's signal outlives many waits: none of them may stay with it.
    signal?.addEventListener('abort', giveUp, { signal: over.signal });
    if (timeoutMs !== undefined) void clock.sleep(timeoutMs, over.signal).then(giveUp);
    look();
    if (signal?.aborted === true) giveUp();
  });
  return outcome.finally(() => over.abort());
}
