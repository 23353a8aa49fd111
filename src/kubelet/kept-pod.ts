import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../core/errors.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodCondition, PodStatus } from '../kube/pod-status.ts';
import type { Clock } from '../node/clock.ts';
import { Nudge } from '../node/nudge.ts';
import { RepeatedWork } from '../node/repeated-work.ts';
import type { RunningPod } from '../node/running-pod.ts';
import { isTerminal } from './merge-status.ts';
import { podReferences } from './pod-references.ts';
import type { Rejection } from './reject-pod.ts';
import { StatusWriter } from './status-writer.ts';

/** What every pod of the kubelet needs. */
export interface PodKeeping {
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly start: (pod: Pod) => Promise<RunningPod>;
  readonly reject: (pod: Pod) => Rejection | undefined;
  readonly proof: (pod: RunningPod) => PodCondition | undefined;
  /** Between attempts at what should not fail. */
  readonly retryMs: number;
  /** Nothing of the pod is left, here or in the API. */
  readonly forget: (uid: string) => void;
}

/**
 * One pod of the API and what runs of it. The API says what is wanted (`see`), and one step at a time brings it about; no
 * pod waits for another.
 */
export class KeptPod {
  readonly #keeping: PodKeeping;
  readonly #steps = new RepeatedWork(() => this.#stepSafely());
  readonly #closed = new AbortController();
  readonly #nudge = new Nudge();
  readonly #uid: string;
  /** As the API has it; undefined once it has it no more. */
  #wanted: Pod | undefined;
  /** As the running pod was last told. */
  #told: Pod;
  #references: ReadonlySet<string>;
  #running: RunningPod | undefined;
  #writer: StatusWriter | undefined;
  #isOver = false;
  #isStopping = false;
  #isLeft = false;

  constructor(keeping: PodKeeping, pod: Pod, adopted: RunningPod | undefined) {
    this.#keeping = keeping;
    this.#uid = pod.metadata.uid ?? '';
    this.#wanted = pod;
    this.#told = adopted?.pod ?? pod;
    this.#references = podReferences(pod);
    if (adopted !== undefined) this.#follow(adopted, pod);
    void this.#steps.request();
  }

  get running(): RunningPod | undefined {
    return this.#running;
  }

  get namespace(): string {
    return this.#told.metadata.namespace ?? 'default';
  }

  /** The pod as the API has it now; undefined when it was deleted. */
  see(pod: Pod | undefined): void {
    this.#wanted = pod;
    if (this.#isStopping && (pod === undefined || pod.metadata.deletionGracePeriodSeconds === 0))
      void this.#running?.stop(0).catch(() => {});
    if (pod !== undefined && (pod.spec.readinessGates ?? []).length > 0) this.#writer?.changed();
    this.#nudge.give();
    void this.#steps.request();
  }

  refersTo(reference: string): boolean {
    return this.#references.has(reference);
  }

  /** Something that it refers to is there now, or another one. */
  refresh(): void {
    this.#running?.refresh();
  }

  /** What is told of it beside its containers has changed. */
  rewriteStatus(): void {
    this.#writer?.changed();
  }

  /** Leaves it to another process, or ends what runs of it until one comes: once `hurry` is aborted, at once. */
  async close(pods: 'keep' | 'halt', hurry?: AbortSignal): Promise<void> {
    this.#closed.abort();
    this.#nudge.give();
    this.#writer?.stopRetrying();
    if (pods === 'keep') return this.#leave();
    const kill = (): void =>
      void (this.#isStopping ? this.#running?.stop(0) : this.#running?.halt(0))?.catch(() => {});
    if (hurry?.aborted === true) kill();
    hurry?.addEventListener('abort', kill);
    // One that is being deleted has its own time to end.
    await this.#steps.request();
    if (!this.#isStopping) await this.#running?.halt();
    await this.#writer?.flush();
    this.#writer?.close();
    hurry?.removeEventListener('abort', kill);
  }

  /** Whoever comes next goes on with it, also with its end. */
  async #leave(): Promise<void> {
    // What the pod says of itself while it is let go is nobody's business.
    this.#writer?.close();
    this.#isLeft = true;
    if (this.#isStopping) await this.#running?.release();
    await this.#steps.request();
    await this.#running?.release();
  }

  async #stepSafely(): Promise<void> {
    try {
      await this.#step();
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      const { recorder, clock, retryMs } = this.#keeping;
      const message = `error syncing pod: ${messageOf(error)}`;
      recorder.record({ about: this.#told, type: 'Warning', reason: 'FailedSync', message });
      await this.#nudge.sleep(clock, retryMs, this.#closed.signal);
      void this.#steps.request();
    }
  }

  async #step(): Promise<void> {
    const wanted = this.#wanted;
    if (this.#closed.signal.aborted) return;
    if (wanted === undefined) return this.#remove();
    if (wanted.metadata.deletionTimestamp !== undefined) return this.#terminate(wanted);
    if (this.#running !== undefined) return this.#update(this.#running, wanted);
    if (!this.#isOver) await this.#start(wanted);
  }

  async #start(pod: Pod): Promise<void> {
    if (isTerminal(pod.status?.phase)) {
      this.#isOver = true;
      return;
    }
    const rejection = this.#keeping.reject(pod);
    if (rejection !== undefined) return this.#rejected(pod, rejection);
    this.#follow(await this.#keeping.start(pod), pod);
  }

  #follow(running: RunningPod, pod: Pod): void {
    const { api, clock, proof } = this.#keeping;
    const observe = (): PodStatus => running.status();
    const writer = new StatusWriter({ api, clock, pod, observe, proof: () => proof(running) });
    this.#running = running;
    this.#writer = writer;
    running.subscribe(() => writer.changed());
    writer.changed();
    void this.#finish(running, writer);
  }

  /** A pod that has come to its end keeps its logs and its story, and nothing else. */
  async #finish(running: RunningPod, writer: StatusWriter): Promise<void> {
    try {
      await running.waitUntil('finished', undefined, this.#closed.signal);
      if (this.#closed.signal.aborted || this.#isStopping || !isTerminal(running.status().phase)) return;
      await writer.flush();
      if (!this.#isStopping) await running.halt(0);
    } catch (error) {
      const message = `error syncing pod: ${messageOf(error)}`;
      this.#keeping.recorder.record({ about: this.#told, type: 'Warning', reason: 'FailedSync', message });
    }
  }

  #update(running: RunningPod, wanted: Pod): void {
    if (sameForNode(this.#told, wanted)) return;
    this.#told = wanted;
    this.#references = podReferences(wanted);
    running.update(wanted);
  }

  async #terminate(pod: Pod): Promise<void> {
    if (this.#isOver && this.#isStopping) return;
    await this.#stop(pod.metadata.deletionGracePeriodSeconds);
    if (this.#isLeft) return;
    await this.#writer?.flush();
    const { namespace = 'default', name = '', uid } = pod.metadata;
    await this.#keeping.api.delete('Pod', namespace, name, {
      graceSeconds: 0,
      ...(uid !== undefined && { uid }),
    });
    // With finalizers it stays until they are gone, and nothing is left to do here.
    this.#isOver = true;
  }

  async #remove(): Promise<void> {
    this.#writer?.close();
    await this.#stop(0);
    this.#closed.abort();
    this.#keeping.forget(this.#uid);
  }

  async #stop(graceSeconds: number | undefined): Promise<void> {
    const running = this.#running;
    this.#isStopping = true;
    if (running === undefined) return;
    try {
      await running.stop(graceSeconds);
    } catch (error) {
      // The next start of the node takes away what could not be now; the API must not wait for it.
      const message = `error killing pod: ${messageOf(error)}`;
      this.#keeping.recorder.record({ about: this.#told, type: 'Warning', reason: 'FailedKillPod', message });
    }
  }

  async #rejected(pod: Pod, { reason, message }: Rejection): Promise<void> {
    const { api, recorder, clock } = this.#keeping;
    const { namespace = 'default', name = '', uid } = pod.metadata;
    recorder.record({ about: pod, type: 'Warning', reason, message });
    const startTime = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    const change = (current: Pod): Pod | undefined => {
      if (current.metadata.uid !== uid || isTerminal(current.status?.phase)) return undefined;
      const { qosClass = 'BestEffort', conditions = [] } = current.status ?? {};
      const told = { reason, message: `Pod was rejected: ${message}` };
      return { ...current, status: { phase: 'Failed', ...told, qosClass, conditions, startTime } };
    };
    await api.update('Pod', namespace, name, change, 'status');
    this.#isOver = true;
  }
}

/** Whether nothing has changed that a node carries out: not the status, nor who wrote what. */
function sameForNode(left: Pod, right: Pod): boolean {
  return (
    isDeepStrictEqual(left.spec, right.spec) &&
    isDeepStrictEqual(left.metadata.labels, right.metadata.labels) &&
    isDeepStrictEqual(left.metadata.annotations, right.metadata.annotations)
  );
}
