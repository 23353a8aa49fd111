import type { Clock } from './clock.ts';

/** The delays of a pod's containers, one of a container at a time: what made it try earlier has its own next. */
export class WakeUps {
  readonly #clock: Clock;
  readonly #ending: AbortSignal;
  readonly #running = new Map<string, AbortController>();

  /** No delay outlasts `ending`. */
  constructor(clock: Clock, ending: AbortSignal) {
    this.#clock = clock;
    this.#ending = ending;
  }

  /** Sleeps until `at`, in milliseconds of the clock; false when a later delay took its place, or nothing is woken any more. */
  async sleepUntil(container: string, at: number): Promise<boolean> {
    this.#running.get(container)?.abort();
    const superseded = new AbortController();
    this.#running.set(container, superseded);
    const signal = AbortSignal.any([this.#ending, superseded.signal]);
    await this.#clock.sleep(Math.max(0, at - this.#clock.now()), signal);
    return !signal.aborted;
  }
}
