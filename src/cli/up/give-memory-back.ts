import type { Session } from 'node:inspector';
import type { ObjectApi } from '../../kube/object-api.ts';
import { releaseFreeHeap } from '../../linux/release-heap.ts';

export interface CollectionTimes {
  /** How long no pod must have changed. */
  readonly quietMs: number;
  /** A collection stops everything for some 50 ms: pods that change now and then are not to cause many. */
  readonly betweenMs: number;
}

const usualTimes: CollectionTimes = { quietMs: 3000, betweenMs: 20_000 };

/**
 * Gives memory back after the start, and after pods have come and gone. V8 collects when memory is asked for, and so not when
 * nothing happens: what a hundred pods have left behind would stay for as long as the node is idle. Returns the way to end it.
 */
export function giveMemoryBack(
  pods: Pick<ObjectApi, 'watch'>,
  { quietMs, betweenMs }: CollectionTimes = usualTimes,
): () => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const whenQuiet = (): void => {
    clearTimeout(timer);
    const waitMs = Math.max(quietMs, lastAt + betweenMs - performance.now());
    timer = setTimeout(() => {
      lastAt = performance.now();
      void collect();
    }, waitMs);
  };
  whenQuiet();
  const unwatch = pods.watch('Pod', whenQuiet);
  return () => {
    clearTimeout(timer);
    unwatch();
  };
}

/** The only documented way to have V8 give up what it keeps for later, its young generation included. */
async function collect(): Promise<void> {
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  await done(session);
  session.disconnect();
  releaseFreeHeap();
}

function done(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.post('HeapProfiler.collectGarbage', () => resolve());
  });
}
