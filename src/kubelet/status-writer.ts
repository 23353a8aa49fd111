import { isDeepStrictEqual } from 'node:util';
import type { ObjectApi } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import type { ContainerStatus, PodCondition, PodStatus } from '../kube/pod-status.ts';
import type { Clock } from '../node/clock.ts';
import { RepeatedWork } from '../node/repeated-work.ts';
import { mergeStatus } from './merge-status.ts';

export interface StatusWriterRequest {
  readonly api: Pick<ObjectApi, 'update'>;
  readonly clock: Clock;
  readonly pod: Pod;
  readonly observe: () => PodStatus;
  readonly proof: () => PodCondition | undefined;
}

/** A pod that is being made is told about when it takes longer than this: most are up before. */
const quietMs = 200;
const retryMs = 1000;

/** Brings the status of one pod to the API: the latest, one write at a time, until it is closed. */
export class StatusWriter {
  readonly #request: StatusWriterRequest;
  readonly #closed = new AbortController();
  readonly #writes = new RepeatedWork(() => this.#write());
  #isQuiet = false;
  #isRetrying = true;

  constructor(request: StatusWriterRequest) {
    this.#request = request;
  }

  /** Something has changed, or may have. */
  changed(): void {
    if (this.#closed.signal.aborted) return;
    if (!isBeingMade(this.#request.observe())) void this.#writes.request();
    else if (!this.#isQuiet) void this.#writeSoon();
  }

  /** Resolves once what is true now has been written, or cannot be any more. */
  flush(): Promise<void> {
    return this.#writes.request();
  }

  /** From now on what cannot be written is given up: who closes does not wait for room on the disk. */
  stopRetrying(): void {
    this.#isRetrying = false;
  }

  close(): void {
    this.#closed.abort();
  }

  async #writeSoon(): Promise<void> {
    this.#isQuiet = true;
    await this.#request.clock.sleep(quietMs, this.#closed.signal);
    this.#isQuiet = false;
    if (!this.#closed.signal.aborted) void this.#writes.request();
  }

  /** The disk may be full, and then not any more: what is not written is tried again. */
  async #write(): Promise<void> {
    const { api, clock, pod, observe, proof } = this.#request;
    const { namespace = 'default', name = '', uid } = pod.metadata;
    while (!this.#closed.signal.aborted) {
      try {
        const change = (current: Pod): Pod | undefined => {
          if (current.metadata.uid !== uid) return undefined;
          const status = mergeStatus(current, observe(), proof());
          return isDeepStrictEqual(status, current.status) ? undefined : { ...current, status };
        };
        await api.update('Pod', namespace, name, change, 'status');
        return;
      } catch {
        if (!this.#isRetrying) return;
        await clock.sleep(retryMs, this.#closed.signal);
      }
    }
  }
}

/** Nothing to be told yet: containers are being made or begin to run, and none of them has had a problem. */
function isBeingMade(status: PodStatus): boolean {
  if (status.phase !== 'Pending' || status.reason !== undefined) return false;
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].every(isBeginning);
}

function isBeginning({ state, restartCount }: ContainerStatus): boolean {
  if (restartCount > 0 || state.terminated !== undefined) return false;
  const reason = state.waiting?.reason;
  return reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing';
}
