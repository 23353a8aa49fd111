import type { ControllerContext, RunningController } from './controller.ts';
import { splitKey } from './object-key.ts';
import { openWorkQueue, type WorkQueue } from './work-queue.ts';

export interface KeyedWork {
  /** Brings one object to where it should be. Called again after a rejection, and whenever its key is added. */
  work(namespace: string, name: string, queue: WorkQueue): Promise<void>;
  /** Subscribes to what adds keys; the results unsubscribe. */
  watch(queue: WorkQueue): readonly (() => void)[];
  readonly workers?: number;
}

/** A controller as nearly all are: a queue of `NAMESPACE/NAME`, filled by watches. */
export function startKeyedController(context: ControllerContext, keyed: KeyedWork): RunningController {
  const { clock, onError } = context;
  const queue: WorkQueue = openWorkQueue({
    clock,
    onError,
    work: (key) => keyed.work(...splitKey(key), queue),
    ...(keyed.workers !== undefined && { workers: keyed.workers }),
  });
  const subscriptions = keyed.watch(queue);
  return {
    get idle(): boolean {
      return queue.idle;
    },
    close: async () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      await queue.close();
    },
  };
}
