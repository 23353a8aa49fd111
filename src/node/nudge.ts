import type { Clock } from './clock.ts';

/** Ends the waits of whoever sleeps by it: what they wait for may be there. */
export class Nudge {
  #given = new AbortController();

  give(): void {
    this.#given.abort();
    this.#given = new AbortController();
  }

  /** Over after `delayMs`, when it is given, or when the signal aborts. */
  async sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
    await clock.sleep(delayMs, AbortSignal.any([this.#given.signal, signal]));
  }
}
