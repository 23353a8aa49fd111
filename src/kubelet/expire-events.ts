import type { Event } from '../kube/event.ts';
import type { ObjectApi } from '../kube/object-api.ts';
import type { Clock } from '../node/clock.ts';

const keptMs = 3_600_000;
const lookMs = 300_000;
/** Pods that fail by the thousand must not fill the disk with their stories. */
const maxEvents = 5000;

/** Deletes events that are older than upstream's hour, and the oldest where there are too many, until the signal aborts. */
export async function expireEvents(api: ObjectApi, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const { metadata } of expired(api.list('Event'), clock.now())) {
      if (signal.aborted) return;
      const { namespace = '', name = '', uid } = metadata;
      // What cannot be deleted now can be the next time.
      await api.delete('Event', namespace, name, { ...(uid !== undefined && { uid }) }).catch(() => {});
    }
    await clock.sleep(lookMs, signal);
  }
}

/** What goes out of all events. */
export function expired(events: readonly Event[], now: number): readonly Event[] {
  const byAge = events
    .map((event) => ({ event, at: timeOf(event) }))
    .sort((left, right) => left.at - right.at);
  const tooMany = Math.max(0, byAge.length - maxEvents);
  return byAge.filter(({ at }, index) => index < tooMany || now - at > keptMs).map(({ event }) => event);
}

function timeOf({ lastTimestamp, eventTime, series, metadata }: Event): number {
  const time = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time === undefined ? 0 : Date.parse(time) || 0;
}
