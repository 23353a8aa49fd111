import { setMaxListeners } from 'node:events';
import { PodproofError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodStatus } from '../kube/pod-status.ts';
import type { Sandbox } from '../runtime/engine.ts';
import type { ContainerRunHandle } from './container-slot.ts';
import { type ContainersPod, ContainerWorker } from './container-worker.ts';
import { GracePeriods } from './grace-periods.ts';
import { transition } from './lifecycle.ts';
import { Nudge } from './nudge.ts';
import { PodEvents } from './pod-events.ts';
import { judgeGoal } from './pod-goal.ts';
import { isEnding, newPodLife, type PodAction, type PodEvent, type PodLife } from './pod-life.ts';
import type { PodPlan } from './pod-plan.ts';
import { type PodMoment, viewContainers, viewStatus } from './pod-view.ts';
import { type PodRequest, type Prepare, type PreparedPod, volumeContext } from './prepare-pod.ts';
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
import { refreshVolumes } from './volumes/refresh-volumes.ts';
import { waitForGoal } from './wait-for-goal.ts';
import { type PodFailure, watchDeadline, watchVolumes } from './watch-pod.ts';
import { WorkInFlight } from './work-in-flight.ts';

export interface PodWork {
  readonly request: PodRequest;
  readonly plan: PodPlan;
  readonly findings: readonly Finding[];
  readonly options: PodOptions;
}

/**
 * Owns a pod's life. What happens comes to `tell`, the only place where the life changes, and what the life then asks
 * for is handed on to the workers of its containers. All work in flight is in `work`, so that `stop()` can wait for it.
 */
export class PodWorker implements RunningPod, ContainersPod {
  readonly findings: readonly Finding[];
  readonly request: PodRequest;
  readonly grace: GracePeriods;
  readonly work: WorkInFlight = new WorkInFlight((error) => this.fail(error));
  /** Ends the wait of a pod that could not be prepared. */
  readonly nudge: Nudge = new Nudge();
  readonly #plan: PodPlan;
  readonly #options: PodOptions;
  readonly #workers: ReadonlyMap<string, ContainerWorker>;
  readonly #events = new PodEvents();
  readonly #listeners = new Set<() => void>();
  readonly #ending = new AbortController();
  readonly #startedAt: number;
  #life: PodLife;
  #status: PodStatus;
  #prepared: PreparedPod | undefined;
  readonly #refreshing = new RepeatedWork(() => this.#refreshVolumes().catch(this.fail));
  readonly #wakes = new Map<string, AbortController>();
  /** Containers start one after the other, postStart included. */
  #starts: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  /** What should not have happened; `waitUntil` throws it. */
  #defect: { readonly error: unknown } | undefined;

  constructor({ request, plan, findings, options }: PodWork) {
    this.request = request;
    this.findings = findings;
    this.grace = new GracePeriods(request.pod, request.node.clock);
    this.#plan = plan;
    this.#options = options;
    this.#workers = new Map(
      request.containers.map((placed) => [placed.container.name, new ContainerWorker(this, placed)]),
    );
    // Every container may wait for it, and several times.
    setMaxListeners(0, this.#ending.signal);
    this.#startedAt = request.node.clock.now();
    this.#life = newPodLife(plan);
    this.#status = viewStatus(this.#moment(), undefined);
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

  get isBeingRemoved(): boolean {
    return this.#stopped !== undefined;
  }

  /** Starts the pod's life: its deadline, and its preparation. */
  begin(prepare: Prepare): void {
    const { activeDeadlineSeconds } = this.pod.spec;
    if (activeDeadlineSeconds !== undefined) {
      const deadlineAt = this.#startedAt + activeDeadlineSeconds * 1000;
      this.#failAfter(() => watchDeadline(this.request.node.clock, deadlineAt, this.ending));
    }
    this.work.start(() => this.#prepare(prepare));
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
    if (graceSeconds === 0) {
      this.grace.hurry();
      for (const worker of this.#workers.values()) this.work.start(() => worker.killNow());
    }
    return this.#stopped;
  }

  update(_pod: Pod): void {
    throw new PodproofError('internal', 'not carried out yet');
  }

  halt(_graceSeconds?: number): Promise<void> {
    throw new PodproofError('internal', 'not carried out yet');
  }

  release(): Promise<void> {
    throw new PodproofError('internal', 'not carried out yet');
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
    this.#events.record({ type, reason, message, container, at: this.request.node.clock.now() });
    for (const listener of this.#listeners) listener();
  };

  readonly tell = (event: PodEvent): void => {
    const { life, actions } = transition(this.#plan, this.#life, event);
    this.#life = life;
    if (isEnding(life)) this.#ending.abort();
    this.#status = viewStatus(this.#moment(), this.#status);
    for (const action of actions) this.#perform(action);
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
      if (isEnding(this.#life)) return;
      if (!(error instanceof Refusal)) throw error;
      return this.#refuse(error);
    }
    if (isEnding(this.#life)) return;
    const { clock } = this.request.node;
    const volumes = this.#prepared.volumes.values();
    this.#failAfter(() => watchVolumes(volumes, clock, this.#options.volumeCheckMs ?? 10_000, this.ending));
    this.tell({ kind: 'prepared' });
  }

  #refuse({ reason, message }: Refusal): void {
    this.record('Warning', reason, message);
    // The kubelet's own refusals at admission end the pod; of the others it would try again.
    const isFinal = reason === 'SysctlForbidden' || reason === 'AppArmor';
    this.tell({ kind: isFinal ? 'pod-failed' : 'preparation-refused', reason, message });
  }

  #failAfter(watch: () => Promise<PodFailure | undefined>): void {
    this.work.start(async () => {
      const failure = await watch();
      if (failure === undefined) return;
      const { type, reason, message } = failure;
      this.record(type, reason, message);
      this.tell({ kind: 'pod-failed', reason, message });
    });
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
        return this.work.start(() => this.#wake(action.container, action.at));
      case 'probe':
        return worker.probe(action.probes);
    }
  }

  /** Containers start one after the other; one whose image is still under way keeps nobody waiting. */
  #start(worker: ContainerWorker, attempt: number): void {
    const start = (): Promise<void> => {
      this.#starts = this.#starts.then(() => worker.start(attempt)).catch(this.fail);
      return this.#starts;
    };
    const fetching = this.request.images.fetch(worker.container.container, this.record, this.ending);
    this.work.start(fetching === undefined ? start : () => fetching.then(start));
  }

  /** One delay of a container at a time: what made it try earlier has its own next. */
  async #wake(container: string, at: number): Promise<void> {
    const { clock } = this.request.node;
    this.#wakes.get(container)?.abort();
    const superseded = new AbortController();
    this.#wakes.set(container, superseded);
    const signal = AbortSignal.any([this.ending, superseded.signal]);
    await clock.sleep(Math.max(0, at - clock.now()), signal);
    if (!signal.aborted) this.tell({ kind: 'due', container, at: clock.now() });
  }

  async #refreshVolumes(): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === undefined || this.ending.aborted) return;
    const context = volumeContext(this.request, prepared, this.record, this.ending);
    await refreshVolumes(context, prepared.volumes);
  }

  async #stop(graceSeconds: number | undefined): Promise<void> {
    this.tell({ kind: 'stop-requested', graceSeconds });
    this.#ending.abort();
    // What is in flight may begin more: an exit tells the next sidecar to end.
    await this.work.settle();
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
