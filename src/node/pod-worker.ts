import { setMaxListeners } from 'node:events';
import { containersOf } from '../confinement/containers.ts';
import { messageOf } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodCondition, PodStatus } from '../kube/pod-status.ts';
import type { Sandbox } from '../runtime/engine.ts';
import type { Termination } from './container-life.ts';
import type { ContainerRunHandle } from './container-slot.ts';
import { type ContainersPod, ContainerWorker } from './container-worker.ts';
import { GracePeriods } from './grace-periods.ts';
import { encodePodState } from './keep/encode-pod-state.ts';
import { podStateOf } from './keep/pod-state-of.ts';
import { StateFile } from './keep/state-file.ts';
import { transition } from './lifecycle.ts';
import { Nudge } from './nudge.ts';
import { PodEvents } from './pod-events.ts';
import { judgeGoal } from './pod-goal.ts';
import { isEnding, newPodLife, type PodAction, type PodEvent, type PodLife } from './pod-life.ts';
import { podName } from './pod-name.ts';
import { type PodPlan, podPlan } from './pod-plan.ts';
import { type PodMoment, viewContainers, viewStatus } from './pod-view.ts';
import { PodWatches } from './pod-watches.ts';
import {
  downwardFacts,
  type PodRequest,
  type Prepare,
  type PreparedPod,
  volumeContext,
} from './prepare-pod.ts';
import { Refusal } from './refusal.ts';
import { removePod } from './remove-pod.ts';
import { RepeatedWork } from './repeated-work.ts';
import type {
  PodEventRecord,
  PodGoal,
  PodOptions,
  RecordEvent,
  RunningContainer,
  RunningPod,
} from './running-pod.ts';
import { type PodUpdate, updatePod } from './update-pod.ts';
import { refreshVolumes } from './volumes/refresh-volumes.ts';
import { waitForGoal } from './wait-for-goal.ts';
import { WakeUps } from './wake-ups.ts';
import type { PodFailure } from './watch-pod.ts';
import { WorkInFlight } from './work-in-flight.ts';

export interface PodWork {
  readonly request: PodRequest;
  readonly plan: PodPlan;
  readonly findings: readonly Finding[];
  readonly options: PodOptions;
  /** Of a pod that another process began. */
  readonly past?: PodPast;
}

/** Where another process left a pod. */
export interface PodPast {
  readonly life: PodLife;
  readonly startedAt: number;
  readonly stopDeadline: number | undefined;
  readonly conditions: readonly PodCondition[];
  /** Undefined: it has no sandbox. */
  readonly prepared: PreparedPod | undefined;
  readonly runs: ReadonlyMap<string, ContainerRunHandle>;
}

/**
 * Owns a pod's life. What happens comes to `tell`, the only place where the life changes, and what the life then asks
 * for is handed on to the workers of its containers. All work in flight is in `work`, so that `stop()` can wait for it.
 */
export class PodWorker implements RunningPod, ContainersPod {
  readonly findings: readonly Finding[];
  readonly grace: GracePeriods;
  readonly work: WorkInFlight = new WorkInFlight((error) => this.fail(error));
  /** Ends the wait of a pod that could not be prepared. */
  readonly nudge: Nudge = new Nudge();
  readonly #options: PodOptions;
  readonly #workers: Map<string, ContainerWorker>;
  readonly #events = new PodEvents();
  readonly #listeners = new Set<() => void>();
  readonly #ending = new AbortController();
  readonly #released = new AbortController();
  readonly #watches: PodWatches;
  readonly #startedAt: number;
  /** Where its life is written down; undefined for a pod that goes with this process. */
  readonly #state: StateFile | undefined;
  #request: PodRequest;
  #plan: PodPlan;
  #life: PodLife;
  #status: PodStatus;
  #prepared: PreparedPod | undefined;
  readonly #refreshing = new RepeatedWork(() => this.#refreshVolumes().catch(this.fail));
  readonly #wakeUps: WakeUps;
  /** Containers start one after the other, postStart included. */
  #starts: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #halted: Promise<void> | undefined;
  /** What should not have happened; `waitUntil` throws it. */
  #defect: { readonly error: unknown } | undefined;

  constructor({ request, plan, findings, options, past }: PodWork) {
    const { clock } = request.node;
    this.#request = request;
    this.findings = findings;
    this.grace = new GracePeriods(request.pod, clock, past?.stopDeadline);
    this.#plan = plan;
    this.#options = options;
    this.#workers = new Map(
      request.containers.map((placed) => {
        const { name } = placed.container;
        return [name, new ContainerWorker(this, placed, past?.runs.get(name))];
      }),
    );
    // Every container may wait for it, and several times.
    setMaxListeners(0, this.#ending.signal, this.#released.signal);
    this.#wakeUps = new WakeUps(clock, this.ending);
    this.#watches = new PodWatches({
      clock,
      work: this.work,
      ending: this.ending,
      volumeCheckMs: options.volumeCheckMs ?? 10_000,
      onFailure: (failure) => this.#failed(failure),
    });
    this.#startedAt = past?.startedAt ?? clock.now();
    this.#life = past?.life ?? newPodLife(plan);
    this.#prepared = past?.prepared;
    this.#status = viewStatus(this.#moment(), past);
    this.#state = options.keeper === 'node' ? this.#openState() : undefined;
    this.#state?.changed();
  }

  get request(): PodRequest {
    return this.#request;
  }

  get pod(): Pod {
    return this.request.pod;
  }

  get dir(): string {
    return this.request.record.dir;
  }

  get events(): readonly PodEventRecord[] {
    return this.#events.records;
  }

  get sandbox(): Sandbox | undefined {
    return this.#prepared?.sandbox;
  }

  get prepared(): PreparedPod | undefined {
    return this.#prepared;
  }

  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  get released(): AbortSignal {
    return this.#released.signal;
  }

  get isBeingRemoved(): boolean {
    return this.#stopped !== undefined || this.#halted !== undefined;
  }

  /** Starts the pod's life: its deadline, and its preparation. */
  begin(prepare: Prepare): void {
    this.#watchDeadline();
    this.work.start(() => this.#prepare(prepare));
  }

  /** Goes on with the life of a pod whose sandbox is as it was left. */
  resume(): void {
    for (const worker of this.#workers.values()) worker.awaitExit();
    this.tell({ kind: 'resumed', at: this.request.node.clock.now() });
    if (this.ending.aborted) return;
    this.#watchDeadline();
    this.#watches.volumes(this.#prepared?.volumes.values() ?? []);
  }

  /** Goes on with the life of a pod that has lost its sandbox, and all that ran in it. */
  beginAgain(ends: ReadonlyMap<string, Termination>, hadSandbox: boolean, prepare: Prepare): void {
    this.tell({ kind: 'sandbox-changed', ends });
    if (this.#life.stage !== 'preparing') return;
    if (hadSandbox)
      this.record('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    this.begin(prepare);
  }

  status(): PodStatus {
    return this.#status;
  }

  containers(): readonly RunningContainer[] {
    return viewContainers(this.#moment(), this.#status);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  waitUntil(goal: PodGoal, timeoutMs?: number, signal?: AbortSignal): Promise<boolean> {
    return waitForGoal({
      judge: () => {
        if (this.#defect !== undefined) throw this.#defect.error;
        return judgeGoal(goal, this.#plan, this.#life, this.#status);
      },
      subscribe: (listener) => this.subscribe(listener),
      clock: this.request.node.clock,
      timeoutMs,
      signal,
    });
  }

  stop(graceSeconds?: number): Promise<void> {
    this.#stopped ??= this.#stop(graceSeconds);
    if (graceSeconds === 0) this.#killNow();
    return this.#stopped;
  }

  halt(graceSeconds?: number): Promise<void> {
    this.#halted ??= this.#stopped ?? this.#halt(graceSeconds);
    if (graceSeconds === 0) this.#killNow();
    return this.#halted;
  }

  async release(): Promise<void> {
    this.#released.abort();
    this.#ending.abort();
    await this.work.settle();
    this.#state?.close();
    if (this.sandbox !== undefined) this.request.node.engine.releaseSandbox(this.sandbox);
  }

  update(pod: Pod): void {
    const update = updatePod(this.pod, pod);
    this.#take(update);
    if (!update.isOfInterest) return;
    if (update.hasNewDeadline) this.#watchDeadline();
    this.tell({ kind: 'plan-grew' });
    const at = this.request.node.clock.now();
    for (const container of update.changed) this.tell({ kind: 'definition-changed', container, at });
    for (const [container, { run }] of this.#life.containers)
      if (run.state === 'refused') this.tell({ kind: 'due', container, at });
    if (update.hasNewMetadata) this.refresh();
  }

  refresh(): void {
    this.nudge.give();
    for (const [container, { run }] of this.#life.containers) {
      if (run.state !== 'refused' || run.reason !== 'CreateContainerConfigError') continue;
      this.tell({ kind: 'due', container, at: this.request.node.clock.now() });
    }
    this.work.start(() => this.#refreshing.request());
  }

  readonly findRun = (container: string): ContainerRunHandle | undefined => this.#workers.get(container)?.run;

  /** Listeners hear of it at once: of a container that is created before its process is let go. */
  readonly record: RecordEvent = (type, reason, message, container) => {
    const event = { type, reason, message, container, at: this.request.node.clock.now() };
    this.#events.record(event);
    this.#options.onEvent?.(event);
    for (const listener of this.#listeners) listener();
  };

  readonly tell = (event: PodEvent): void => {
    const { life, actions } = transition(this.#plan, this.#life, event);
    this.#life = life;
    if (isEnding(life)) this.#ending.abort();
    this.#status = viewStatus(this.#moment(), this.#status);
    this.#state?.changed();
    if (!this.released.aborted) for (const action of actions) this.#perform(action);
    for (const listener of this.#listeners) listener();
  };

  readonly fail = (error: unknown): void => {
    this.#defect ??= { error };
    for (const listener of this.#listeners) listener();
  };

  async #prepare(prepare: Prepare): Promise<void> {
    try {
      this.#prepared = await prepare(this.ending, this.record);
    } catch (error) {
      if (this.ending.aborted) return;
      if (!(error instanceof Refusal)) throw error;
      return this.#refuse(error);
    }
    if (isEnding(this.#life)) return;
    this.#watches.volumes(this.#prepared.volumes.values());
    this.tell({ kind: 'prepared' });
  }

  #watchDeadline(): void {
    const { activeDeadlineSeconds: seconds } = this.pod.spec;
    this.#watches.deadline(seconds === undefined ? undefined : this.#startedAt + seconds * 1000);
  }

  #refuse({ reason, message }: Refusal): void {
    this.record('Warning', reason, message);
    // The kubelet's own refusals at admission end the pod; of the others it would try again.
    const isFinal = reason === 'SysctlForbidden' || reason === 'AppArmor';
    this.tell({ kind: isFinal ? 'pod-failed' : 'preparation-refused', reason, message });
  }

  #failed({ type, reason, message }: PodFailure): void {
    this.record(type, reason, message);
    this.tell({ kind: 'pod-failed', reason, message });
  }

  #perform(action: PodAction): void {
    const worker = this.#workers.get(action.container);
    if (worker === undefined) return;
    switch (action.do) {
      case 'start':
        return this.#start(worker, action.attempt);
      case 'kill':
        return this.work.start(() => worker.end(action));
      case 'wake':
        this.#tellBackOff(action.container);
        return this.work.start(() => this.#wake(action.container, action.at));
      case 'probe':
        return worker.probe(action.probes);
    }
  }

  #tellBackOff(container: string): void {
    if (this.#life.containers.get(container)?.run.state !== 'backing-off') return;
    const text = `Back-off restarting failed container ${container} in pod ${podName(this.pod)}`;
    this.record('Warning', 'BackOff', text, container);
  }

  /** Containers start one after the other; one whose image is still under way keeps nobody waiting. */
  #start(worker: ContainerWorker, attempt: number): void {
    const start = (): Promise<void> => {
      this.#starts = this.#starts.then(() => worker.start(attempt, container.image ?? '')).catch(this.fail);
      return this.#starts;
    };
    const { container } = worker.container;
    const fetching = this.request.images.fetch(container, this.record, this.ending);
    this.work.start(fetching === undefined ? start : () => fetching.then(start));
  }

  async #wake(container: string, at: number): Promise<void> {
    const isDue = await this.#wakeUps.sleepUntil(container, at);
    if (isDue) this.tell({ kind: 'due', container, at: this.request.node.clock.now() });
  }

  async #refreshVolumes(): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === undefined || this.ending.aborted) return;
    const context = volumeContext(this.request, prepared, this.record, this.ending);
    await refreshVolumes(context, prepared.volumes);
  }

  /** The pod as it is from now on, and workers for containers that it did not have. */
  #take({ pod }: PodUpdate): void {
    const containers = containersOf(pod);
    this.#request = { ...this.#request, pod, containers };
    this.#plan = podPlan(pod, containers, this.#plan);
    for (const placed of containers) {
      const { name } = placed.container;
      const worker = this.#workers.get(name);
      if (worker === undefined) this.#workers.set(name, new ContainerWorker(this, placed));
      else worker.redefine(placed);
    }
    const prepared = this.#prepared;
    if (prepared !== undefined)
      this.#prepared = { ...prepared, facts: downwardFacts(this.#request, prepared.sandbox) };
    this.#state?.changed();
  }

  #openState(): StateFile {
    const encode = (): string =>
      encodePodState(podStateOf(this.#moment(), this.#status.conditions, this.grace.stopDeadline));
    return new StateFile(this.dir, encode, (error) => {
      this.record('Warning', 'FailedKeepState', `Failed to write the state of the pod: ${messageOf(error)}`);
    });
  }

  #killNow(): void {
    this.grace.hurry();
    for (const worker of this.#workers.values()) this.work.start(() => worker.killNow());
  }

  async #halt(graceSeconds: number | undefined): Promise<void> {
    this.tell({ kind: 'halt-requested', graceSeconds });
    this.#ending.abort();
    await this.work.settle();
    if (this.released.aborted) return;
    // The monitors' own notes of how containers ended go with the sandbox.
    this.#state?.close();
    const { node, record } = this.request;
    await node.gate(() => node.engine.removeSandbox({ id: record.uid, dir: record.dir }));
  }

  async #stop(graceSeconds: number | undefined): Promise<void> {
    if (this.#halted !== undefined) await this.#halted;
    this.tell({ kind: 'stop-requested', graceSeconds });
    this.#ending.abort();
    // What is in flight may begin more: an exit tells the next sidecar to end.
    await this.work.settle();
    if (this.released.aborted) return;
    this.#state?.abandon();
    const { node, record } = this.request;
    await node.gate(() => removePod(node.engine, record));
  }

  #moment(): PodMoment {
    return {
      request: this.request,
      plan: this.#plan,
      life: this.#life,
      startedAt: this.#startedAt,
      prepared: this.#prepared,
      slots: this.#workers,
    };
  }
}
