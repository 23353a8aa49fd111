import type { PodEventRecord } from './running-pod.ts';

const kept = 100;

/** The last events of a pod. The same event again right after itself is kept once. */
export class PodEvents {
  readonly #records: PodEventRecord[] = [];

  get records(): readonly PodEventRecord[] {
    return this.#records;
  }

  record(event: PodEventRecord): void {
    const last = this.#records.at(-1);
    const repeats =
      last?.reason === event.reason && last.message === event.message && last.container === event.container;
    if (repeats) this.#records.pop();
    this.#records.push(event);
    if (this.#records.length > kept) this.#records.shift();
  }
}
