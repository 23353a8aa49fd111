import type { KubeObject } from './meta.ts';

/** Something that happened to an object, as its reporter tells it. Times are milliseconds since the epoch. */
export interface Occurrence {
  readonly about: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly fieldPath: string | undefined;
  readonly at: number;
}

/** The event that an occurrence belongs to, with all that it stands for so far. */
export interface CorrelatedEvent {
  /** The same for each occurrence of it. */
  readonly key: string;
  readonly occurrence: Occurrence;
  /** The occurrence's own, or that it is one of many alike. */
  readonly message: string;
  readonly count: number;
  readonly firstAt: number;
}

/** Upstream's figures (`client-go/tools/record/events_cache.go`). */
const remembered = 4096;
const burst = 25;
const refillMs = 300_000;
const similarMessages = 10;
const similarWithinMs = 600_000;

/**
 * Counts what one reporter has to tell as upstream's recorder does: the same again raises a count, more than ten messages
 * of one reason within ten minutes become one, and an object about which more than 25 events came waits five minutes for
 * each further one.
 */
export class EventCorrelator {
  readonly #budgets = new RecentMap<{ tokens: number; at: number }>();
  readonly #similar = new RecentMap<{ messages: Set<string>; at: number }>();
  readonly #counted = new RecentMap<{ count: number; firstAt: number }>();

  /** Undefined when there is too much to tell about the object. */
  correlate(occurrence: Occurrence): CorrelatedEvent | undefined {
    const object = objectKey(occurrence.about);
    if (!this.#mayTell(object, occurrence.at)) return undefined;
    const { key, message } = this.#combine(object, occurrence);
    const before = this.#counted.get(key);
    const counted = { count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? occurrence.at };
    this.#counted.set(key, counted);
    return { key, occurrence, message, ...counted };
  }

  /** Its event is gone: the next of the kind begins at one. */
  forget(key: string): void {
    this.#counted.delete(key);
  }

  #mayTell(object: string, at: number): boolean {
    const before = this.#budgets.get(object) ?? { tokens: burst, at };
    const tokens = Math.min(burst, before.tokens + Math.max(0, at - before.at) / refillMs);
    const isAllowed = tokens >= 1;
    this.#budgets.set(object, { tokens: isAllowed ? tokens - 1 : tokens, at });
    return isAllowed;
  }

  #combine(
    object: string,
    { type, reason, message, fieldPath, at }: Occurrence,
  ): { key: string; message: string } {
    const kind = JSON.stringify([object, type, reason]);
    const known = this.#similar.get(kind);
    const messages =
      known === undefined || at - known.at > similarWithinMs ? new Set<string>() : known.messages;
    messages.add(message);
    this.#similar.set(kind, { messages, at });
    if (messages.size <= similarMessages)
      return { key: JSON.stringify([object, type, reason, fieldPath ?? '', message]), message };
    // One goes, so that the set stays as it is however many follow.
    messages.delete([...messages][0] ?? '');
    return { key: kind, message: `(combined from similar events): ${message}` };
  }
}

function objectKey({ apiVersion, kind, metadata }: KubeObject): string {
  return JSON.stringify([
    apiVersion,
    kind,
    metadata.namespace ?? '',
    metadata.name ?? '',
    metadata.uid ?? '',
  ]);
}

/** Remembers what was set last and forgets what was not for the longest time. */
class RecentMap<V> {
  readonly #entries = new Map<string, V>();

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= remembered) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
