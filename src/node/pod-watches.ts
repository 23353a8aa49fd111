import type { Clock } from './clock.ts';
import type { PreparedVolume } from './volumes/prepared-volume.ts';
import { type PodFailure, watchDeadline, watchVolumes } from './watch-pod.ts';
import type { WorkInFlight } from './work-in-flight.ts';

export interface WatchedPod {
  readonly clock: Clock;
  readonly work: WorkInFlight;
  /** Ends all watches. */
  readonly ending: AbortSignal;
  readonly volumeCheckMs: number;
  readonly onFailure: (failure: PodFailure) => void;
}

/** What may end a pod as a whole while it runs: its deadline, and volumes that outgrow their limits. */
export class PodWatches {
  readonly #pod: WatchedPod;
  #deadline = new AbortController();

  constructor(pod: WatchedPod) {
    this.#pod = pod;
  }

  /** In place of the watch that there may be for an earlier deadline; undefined: there is none any more. */
  deadline(deadlineAt: number | undefined): void {
    this.#deadline.abort();
    if (deadlineAt === undefined) return;
    this.#deadline = new AbortController();
    const signal = AbortSignal.any([this.#pod.ending, this.#deadline.signal]);
    this.#start(() => watchDeadline(this.#pod.clock, deadlineAt, signal));
  }

  volumes(volumes: Iterable<PreparedVolume>): void {
    const { clock, volumeCheckMs, ending } = this.#pod;
    this.#start(() => watchVolumes(volumes, clock, volumeCheckMs, ending));
  }

  #start(watch: () => Promise<PodFailure | undefined>): void {
    this.#pod.work.start(async () => {
      const failure = await watch();
      if (failure !== undefined) this.#pod.onFailure(failure);
    });
  }
}
