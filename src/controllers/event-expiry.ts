import type { Event } from '../kube/event.ts';
import { millisecondsOf } from './clock.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { startKeyedController } from './keyed-controller.ts';
import type { WorkQueue } from './work-queue.ts';

const lifetimeMs = 3_600_000;
/** Events are looked through together, not each in its own time. */
const shortestWaitMs = 60_000;
/** Pods that fail by the thousand must not fill the disk with their stories. */
const maxEvents = 5000;
const all = '/';

/** Events go an hour after they were last seen, and the oldest where there are too many. */
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
  const { expired, nextMs } = sortOut(api.list('Event'), nowMs);
  for (const { metadata } of expired)
    await api.delete('Event', metadata.namespace ?? '', metadata.name ?? '');
  if (nextMs !== undefined) queue.addAfter(all, Math.max(nextMs - nowMs, shortestWaitMs));
}

/** Which events go now, and when the next one does. */
export function sortOut(
  events: readonly Event[],
  nowMs: number,
): { readonly expired: readonly Event[]; readonly nextMs: number | undefined } {
  const byAge = events
    .map((event) => ({ event, dueMs: lastSeenMs(event, nowMs) + lifetimeMs }))
    .sort((one, other) => one.dueMs - other.dueMs);
  const surplus = byAge.length - maxEvents;
  const kept = byAge.findIndex(({ dueMs }, index) => dueMs > nowMs && index >= surplus);
  const expired = kept === -1 ? byAge : byAge.slice(0, kept);
  return { expired: expired.map(({ event }) => event), nextMs: byAge[kept]?.dueMs };
}
