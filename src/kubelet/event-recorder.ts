import { randomInt } from 'node:crypto';
import type { Event } from '../kube/event.ts';
import { type CorrelatedEvent, EventCorrelator } from '../kube/event-correlation.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Clock } from '../node/clock.ts';

export interface EventRecorderRequest {
  readonly api: Pick<ObjectApi, 'create' | 'update'>;
  /** `kubelet`, `deployment-controller`. */
  readonly component: string;
  /** The node, for who reports from one; undefined for controllers. */
  readonly host?: string;
  readonly clock: Clock;
}

/** What happens at once is written together, and not in the way of what is waited for. */
const writeAfterMs = 20;
const maxPending = 1000;
const maxMessageLength = 10 * 1024;

/** Writes a component's events to the API, counted as upstream's recorder counts. Never fails, and never waits. */
export function createEventRecorder(request: EventRecorderRequest): EventRecorder {
  const { clock } = request;
  const correlator = new EventCorrelator();
  const names = new Map<string, string>();
  const pending = new Map<string, CorrelatedEvent>();
  let isWriting = false;
  let lastNamed = 0n;
  /** Lists come by name: what happened later in the same millisecond must have the later one. */
  const nextMoment = (at: number): bigint => {
    const moment = BigInt(at) * 1_000_000n + BigInt(randomInt(500_000));
    lastNamed = moment > lastNamed ? moment : lastNamed + BigInt(1 + randomInt(1000));
    return lastNamed;
  };

  const write = async (event: CorrelatedEvent): Promise<void> => {
    const name = names.get(event.key);
    if (event.count > 1 && name !== undefined && (await countAgain(request, name, event))) return;
    const created = newEvent(request, event, nextMoment(event.occurrence.at));
    await request.api.create('Event', created);
    names.delete(event.key);
    names.set(event.key, created.metadata.name ?? '');
    // Names of what the correlator has forgotten are of no use.
    const [oldest] = names.keys();
    if (names.size > maxPending * 4 && oldest !== undefined) names.delete(oldest);
  };
  const drain = async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    await clock.sleep(writeAfterMs);
    while (pending.size > 0) {
      const events = [...pending.values()];
      pending.clear();
      // What the API refuses (its namespace goes, the disk is full) is lost, as upstream: an event is no state. Those that
      // are written at once share a commit.
      await Promise.all(events.map((event) => write(event).catch(() => correlator.forget(event.key))));
    }
    isWriting = false;
  };
  return {
    record({ about, type, reason, message, fieldPath }) {
      const shortened = message.length > maxMessageLength ? message.slice(0, maxMessageLength) : message;
      const occurrence = { about, type, reason, message: shortened, fieldPath, at: clock.now() };
      const event = correlator.correlate(occurrence);
      if (event === undefined || pending.size >= maxPending) return;
      pending.set(event.key, event);
      void drain();
    },
  };
}

/** False when the event is there no more. */
async function countAgain(
  { api }: EventRecorderRequest,
  name: string,
  { occurrence, message, count }: CorrelatedEvent,
): Promise<boolean> {
  const lastTimestamp = timestamp(occurrence.at);
  const counted = await api.update('Event', namespaceOf(occurrence), name, (event) => ({
    ...event,
    message,
    count,
    lastTimestamp,
  }));
  return counted !== undefined;
}

function newEvent(
  { component, host }: EventRecorderRequest,
  { occurrence, message, count, firstAt }: CorrelatedEvent,
  moment: bigint,
): Event {
  const { about, type, reason, fieldPath, at } = occurrence;
  const { name = '', namespace, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(name, moment), namespace: namespaceOf(occurrence) },
    involvedObject: {
      kind: about.kind,
      apiVersion: about.apiVersion,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(fieldPath !== undefined && { fieldPath }),
    },
    reason,
    message,
    source: { component, ...(host !== undefined && { host }) },
    firstTimestamp: timestamp(firstAt),
    lastTimestamp: timestamp(at),
    count,
    type,
    reportingComponent: component,
    reportingInstance: host ?? '',
  };
}

function namespaceOf({ about }: CorrelatedEvent['occurrence']): string {
  return about.metadata.namespace ?? 'default';
}

const longestName = 253;

/** The object's name and the nanosecond in hexadecimal, as upstream. */
function eventName(about: string, moment: bigint): string {
  const suffix = moment.toString(16);
  return `${about.slice(0, longestName - 1 - suffix.length)}.${suffix}`;
}

function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
