import type { Event } from '../kube/event.ts';
import { millisecondsOf } from './clock.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { startKeyedController } from './keyed-controller.ts';
import type { WorkQueue } from './work-queue.ts';

const lifetimeMs = 3_600_000;
/** Events are looked through together, not each in its own time. */
const shortestWaitMs = 60_000;
const all = '/';

/** Events go an hour after they were last seen. */
export const eventExpiry: Controller = {
  name: 'event-expiry',
  start: (context) =>
    startKeyedController(context, {
      work: async (_namespace, _name, queue) => expire(context, queue),
      watch: (queue) => [
        context.api.watch('Event', ({ object }) => {
          const dueMs = lastSeenMs(object, context.clock.now()) + lifetimeMs - context.clock.now();
          queue.addAfter(all, Math.max(dueMs, shortestWaitMs));
        }),
      ],
    }),
};

function lastSeenMs({ lastTimestamp, series, eventTime, metadata }: Event, nowMs: number): number {
  const times = [lastTimestamp, series?.lastObservedTime, eventTime, metadata.creationTimestamp];
  return Math.max(...times.map((it) => millisecondsOf(it) ?? 0)) || nowMs;
}

async function expire({ api, clock }: ControllerContext, queue: WorkQueue): Promise<void> {
  const nowMs = clock.now();
  let nextMs: number | undefined;
  for (const event of api.list('Event')) {
    const dueMs = lastSeenMs(event, nowMs) + lifetimeMs;
    if (dueMs > nowMs) nextMs = Math.min(nextMs ?? dueMs, dueMs);
    else await api.delete('Event', event.metadata.namespace ?? '', event.metadata.name ?? '');
  }
  if (nextMs !== undefined) queue.addAfter(all, Math.max(nextMs - nowMs, shortestWaitMs));
}
