import type { ContainerInPod } from '../confinement/confine-input.ts';
import { messageOf } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodStatus } from '../kube/pod-status.ts';
import type { ContainerExit, Sandbox } from '../runtime/engine.ts';
import type { Termination } from './container-life.ts';
import { type ContainerRunHandle, type ContainerSlot, whenAborted } from './container-slot.ts';
import type { ContainerTarget } from './container-target.ts';
import { endContainer } from './end-container.ts';
import {
  isEnding,
  newPodLife,
  type PodAction,
  type PodEvent,
  type PodLife,
  transition,
} from './lifecycle.ts';
import { runHook } from './lifecycle-hooks.ts';
import { PodEvents } from './pod-events.ts';
import { judgeGoal } from './pod-goal.ts';
import type { PodPlan } from './pod-plan.ts';
import { type PodMoment, viewContainers, viewStatus } from './pod-view.ts';
import type { PodRequest, PreparedPod } from './prepare-pod.ts';
import { runProbe } from './probes/probe.ts';
import { watchProbe } from './probes/watch-probe.ts';
import { Refusal } from './refusal.ts';
import { removePod } from './remove-pod.ts';
import type { PodEventRecord, PodGoal, PodOptions, RunningContainer, RunningPod } from './running-pod.ts';
import { asStartError, createContainer } from './start-container.ts';
import { readTerminationMessage } from './termination-message.ts';
import { watchSizeLimits } from './volumes/watch-size-limits.ts';

export interface PodWork {
  readonly request: PodRequest;
  readonly plan: PodPlan;
  readonly findings: readonly Finding[];
  readonly options: PodOptions;
}

type ContainerProbe = 'startup' | 'liveness' | 'readiness';

/**
 * Carries out what a pod's life asks for. Every effect is one method; every outcome comes back as an event to `#tell`,
 * which is the only place where the life changes. All work in flight is in `#work`, so that `stop()` can wait for it.
 */
export class PodWorker implements RunningPod {
  readonly findings: readonly Finding[];
  readonly #request: PodRequest;
  readonly #plan: PodPlan;
  readonly #options: PodOptions;
  readonly #slots: ReadonlyMap<string, ContainerSlot>;
  readonly #events = new PodEvents();
  readonly #listeners = new Set<() => void>();
  readonly #work = new Set<Promise<void>>();
  /** Aborted when the pod begins to stop: the end of pulls, delays and watches. */
  readonly #ending = new AbortController();
  readonly #startedAt: number;
  #life: PodLife;
  #status: PodStatus;
  #prepared: PreparedPod | undefined;
  /** Containers start one after the other, postStart included. */
  #starts: Promise<void> = Promise.resolve();
  #stopDeadline: number | undefined;
  #hurried = false;
  #stopped: Promise<void> | undefined;
  /** What should not have happened; `waitUntil` throws it. */
  #defect: { readonly error: unknown } | undefined;

  constructor({ request, plan, findings, options }: PodWork) {
    this.#request = request;
    this.#plan = plan;
    this.#options = options;
    this.findings = findings;
    const slots = request.containers.map((container): [string, ContainerSlot] => [
      container.container.name,
      { container, run: undefined },
    ]);
    this.#slots = new Map(slots);
    this.#startedAt = request.node.clock.now();
    this.#life = newPodLife(plan);
    this.#status = viewStatus(this.#moment(), undefined);
  }

  get pod(): Pod {
    return this.#request.pod;
  }

  get dir(): string {
    return this.#request.record.dir;
  }

  get events(): readonly PodEventRecord[] {
    return this.#events.records;
  }

  get sandbox(): Sandbox | undefined {
    return this.#prepared?.sandbox;
  }

  /** Starts the pod's life with its preparation. */
  begin(prepare: (signal: AbortSignal) => Promise<PreparedPod>): void {
    this.#do(async () => {
      try {
        this.#prepared = await prepare(this.#ending.signal);
        if (isEnding(this.#life)) return;
        this.#watchPod(this.#prepared);
        this.#tell({ kind: 'prepared' });
      } catch (error) {
        if (isEnding(this.#life)) return;
        if (!(error instanceof Refusal)) throw error;
        this.#record('Warning', error.reason, error.message);
        const { reason, message } = error;
        // The kubelet's own refusals at admission end the pod; of the others it would try again.
        const isFinal = reason === 'SysctlForbidden' || reason === 'AppArmor';
        this.#tell({ kind: isFinal ? 'pod-failed' : 'preparation-refused', reason, message });
      }
    });
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

  async waitUntil(goal: PodGoal, timeoutMs?: number, signal?: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const outcome = new Promise<boolean>((resolve, reject) => {
      const look = (): void => {
        if (this.#defect !== undefined) return reject(this.#defect.error);
        const judged = judgeGoal(goal, this.#plan, this.#life, this.#status);
        if (judged !== 'open') resolve(judged === 'reached');
      };
      over.signal.addEventListener('abort', this.subscribe(look));
      look();
    });
    const limits = [outcome];
    if (timeoutMs !== undefined)
      limits.push(this.#request.node.clock.sleep(timeoutMs, over.signal).then(() => false));
    if (signal !== undefined) limits.push(whenAborted(signal).then(() => false));
    try {
      return await Promise.race(limits);
    } finally {
      over.abort();
    }
  }

  stop(graceSeconds?: number): Promise<void> {
    this.#stopped ??= this.#stop(graceSeconds);
    if (graceSeconds === 0) this.#killAll();
    return this.#stopped;
  }

  async #stop(graceSeconds: number | undefined): Promise<void> {
    this.#tell({ kind: 'stop-requested', graceSeconds });
    this.#ending.abort();
    // What is in flight may begin more: an exit tells the next sidecar to end.
    while (this.#work.size > 0) await Promise.all(this.#work);
    const { node, record } = this.#request;
    await node.gate(() => removePod(node.engine, record));
  }

  #killAll(): void {
    this.#hurried = true;
    for (const { run } of this.#slots.values()) {
      if (run === undefined || run.ended.signal.aborted) continue;
      this.#do(() => this.#request.node.engine.killContainer(run.created.runtimeContainer, 'SIGKILL'));
    }
  }

  #tell(event: PodEvent): void {
    const { life, actions } = transition(this.#plan, this.#life, event);
    this.#life = life;
    if (isEnding(life)) this.#ending.abort();
    this.#status = viewStatus(this.#moment(), this.#status);
    for (const action of actions) this.#perform(action);
    for (const listener of this.#listeners) listener();
  }

  #perform(action: PodAction): void {
    const slot = this.#slots.get(action.container);
    if (slot === undefined) return;
    switch (action.do) {
      case 'start':
        this.#starts = this.#starts
          .then(() => this.#start(slot, action.attempt))
          .catch((error: unknown) => this.#fail(error));
        this.#do(() => this.#starts);
        return;
      case 'kill':
        this.#do(() => this.#kill(slot, action));
        return;
      case 'wake':
        this.#do(() => this.#wake(action.container, action.afterMs));
        return;
      case 'probe':
        this.#probe(slot, action.probes);
        return;
    }
  }

  /** Work in flight; what it throws is a defect, kept for whoever waits. */
  #do(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#work.delete(running));
    this.#work.add(running);
  }

  #fail(error: unknown): void {
    this.#defect ??= { error };
    for (const listener of this.#listeners) listener();
  }

  async #start(slot: ContainerSlot, attempt: number): Promise<void> {
    const { name } = slot.container.container;
    if (isEnding(this.#life) || this.#prepared === undefined)
      return this.#tell({ kind: 'start-abandoned', container: name });
    const { engine, clock } = this.#request.node;
    let run: ContainerRunHandle | undefined;
    try {
      const created = await createContainer({
        request: this.#request,
        prepared: this.#prepared,
        container: slot.container,
        attempt,
        targetPid: this.#targetPid(slot.container),
      });
      run = { created, attempt, startedAt: clock.now(), ended: new AbortController() };
      slot.run = run;
      this.#record('Normal', 'Created', 'Container created', name);
      await engine.startContainer(created.runtimeContainer).catch((error: unknown) => {
        throw asStartError(engine.platform.profile, error);
      });
    } catch (error) {
      if (run !== undefined) {
        run.ended.abort();
        await engine.removeContainer(run.created.runtimeContainer);
      }
      return this.#refuse(name, error);
    }
    this.#record('Normal', 'Started', 'Container started', name);
    this.#tell({ kind: 'started', container: name, at: run.startedAt });
    const started = run;
    this.#do(() => this.#awaitExit(slot, started));
    await this.#postStart(slot, started);
  }

  #refuse(container: string, error: unknown): void {
    const at = this.#request.node.clock.now();
    const message = messageOf(error);
    this.#record('Warning', 'Failed', `Error: ${message}`, container);
    if (!(error instanceof Refusal)) {
      this.#fail(error);
      return this.#tell({ kind: 'refused', container, reason: 'CreateContainerError', message, at });
    }
    if (error.reason === 'RunContainerError') this.#tell({ kind: 'start-failed', container, message, at });
    else this.#tell({ kind: 'refused', container, reason: error.reason, message, at });
  }

  async #postStart(slot: ContainerSlot, run: ContainerRunHandle): Promise<void> {
    const { container } = slot.container;
    const handler = container.lifecycle?.postStart;
    if (handler === undefined) return;
    const outcome = await runHook({
      target: this.#target(slot, run),
      handler,
      clock: this.#request.node.clock,
      timeoutMs: undefined,
      signal: run.ended.signal,
    });
    if (run.ended.signal.aborted) return;
    if (outcome.ok) return this.#tell({ kind: 'post-start-done', container: container.name });
    this.#record('Warning', 'FailedPostStartHook', 'PostStartHook failed', container.name);
    this.#tell({ kind: 'post-start-failed', container: container.name });
  }

  async #awaitExit(slot: ContainerSlot, run: ContainerRunHandle): Promise<void> {
    const { engine } = this.#request.node;
    const { runtimeContainer, terminationLog } = run.created;
    const { container } = slot.container;
    const exit = await engine.waitContainer(runtimeContainer);
    run.ended.abort();
    const paths = { terminationLog, log: runtimeContainer.logPath };
    const message = await readTerminationMessage(container, paths, exit.exitCode);
    // A pod that is being removed takes all its containers along.
    if (this.#stopped === undefined) await engine.removeContainer(runtimeContainer);
    this.#tell({ kind: 'exited', container: container.name, termination: terminationOf(exit, run, message) });
  }

  async #kill(slot: ContainerSlot, action: Extract<PodAction, { do: 'kill' }>): Promise<void> {
    const { run } = slot;
    if (run === undefined) return;
    const { container } = slot.container;
    const isProbe = action.why === 'startup' || action.why === 'liveness';
    this.#record(
      'Normal',
      'Killing',
      isProbe
        ? `Container ${container.name} failed ${action.why} probe, will be restarted`
        : `Stopping container ${container.name}`,
      container.name,
    );
    await endContainer({
      target: this.#target(slot, run),
      engine: this.#request.node.engine,
      run,
      clock: this.#request.node.clock,
      graceMs: this.#graceMs(slot, action),
      onHookFailure: () => this.#record('Warning', 'FailedPreStopHook', 'PreStopHook failed', container.name),
    });
  }

  /** What the grace period still has: sidecars share it with the containers that end before them. */
  #graceMs(slot: ContainerSlot, { why, graceSeconds }: Extract<PodAction, { do: 'kill' }>): number {
    if (this.#hurried) return 0;
    const { livenessProbe, startupProbe } = slot.container.container;
    const ofProbe = why === 'liveness' ? livenessProbe : why === 'startup' ? startupProbe : undefined;
    const ofPod = this.pod.spec.terminationGracePeriodSeconds ?? 30;
    const graceMs = (graceSeconds ?? ofProbe?.terminationGracePeriodSeconds ?? ofPod) * 1000;
    if (why !== 'stop' || graceMs === 0) return graceMs;
    const now = this.#request.node.clock.now();
    this.#stopDeadline ??= now + graceMs;
    return Math.max(this.#stopDeadline - now, 1);
  }

  async #wake(container: string, afterMs: number): Promise<void> {
    const { clock } = this.#request.node;
    await clock.sleep(afterMs, this.#ending.signal);
    if (!this.#ending.signal.aborted) this.#tell({ kind: 'due', container, at: clock.now() });
  }

  #probe(slot: ContainerSlot, probes: 'startup' | 'steady'): void {
    if (probes === 'startup') return this.#watchProbe(slot, 'startup');
    this.#watchProbe(slot, 'readiness');
    this.#watchProbe(slot, 'liveness');
  }

  #watchProbe(slot: ContainerSlot, kind: ContainerProbe): void {
    const { run } = slot;
    const { container } = slot.container;
    const probe = container[`${kind}Probe`];
    if (probe === undefined || run === undefined) return;
    const signal = AbortSignal.any([run.ended.signal, this.#ending.signal]);
    const { clock } = this.#request.node;
    this.#do(() =>
      watchProbe({
        probe,
        clock,
        signal,
        startedAt: run.startedAt,
        untilSuccess: kind === 'startup',
        attempt: () => runProbe(this.#target(slot, run), probe, signal),
        report: ({ ok, output }, settled) => {
          const title = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
          if (!ok) this.#record('Warning', 'Unhealthy', `${title} probe failed: ${output}`, container.name);
          if (settled) this.#tell({ kind: 'probed', container: container.name, probe: kind, ok });
        },
      }),
    );
  }

  /** What is watched about the pod as a whole: its deadline, and the size of its volumes. */
  #watchPod(prepared: PreparedPod): void {
    const { clock } = this.#request.node;
    const { activeDeadlineSeconds } = this.pod.spec;
    const { signal } = this.#ending;
    if (activeDeadlineSeconds !== undefined)
      this.#do(async () => {
        await clock.sleep(activeDeadlineSeconds * 1000 - (clock.now() - this.#startedAt), signal);
        const message = 'Pod was active on the node longer than the specified deadline';
        this.#tell({ kind: 'pod-failed', reason: 'DeadlineExceeded', message });
      });
    const limited = [...prepared.volumes.values()].filter((volume) => volume.sizeLimit !== undefined);
    if (limited.length === 0) return;
    this.#do(async () => {
      const message = await watchSizeLimits(limited, clock, this.#options.volumeCheckMs ?? 10_000, signal);
      if (message === undefined) return;
      this.#record('Warning', 'Evicted', message);
      this.#tell({ kind: 'pod-failed', reason: 'Evicted', message });
    });
  }

  #target(slot: ContainerSlot, run: ContainerRunHandle): ContainerTarget {
    const isHostNetwork = this.pod.spec.hostNetwork === true;
    return {
      engine: this.#request.node.engine,
      container: slot.container.container,
      runtimeContainer: run.created.runtimeContainer,
      address: isHostNetwork ? '127.0.0.1' : this.#prepared?.sandbox.ips[0],
    };
  }

  #targetPid({ type, container }: ContainerInPod): number | undefined {
    if (type !== 'ephemeral' || !('targetContainerName' in container)) return undefined;
    const target = this.#slots.get(String(container.targetContainerName))?.run;
    return target?.created.runtimeContainer.pid;
  }

  #record(type: PodEventRecord['type'], reason: string, message: string, container?: string): void {
    this.#events.record({ type, reason, message, container, at: this.#request.node.clock.now() });
  }

  #moment(): PodMoment {
    return {
      request: this.#request,
      plan: this.#plan,
      life: this.#life,
      startedAt: this.#startedAt,
      prepared: this.#prepared,
      slots: this.#slots,
    };
  }
}

function terminationOf(
  exit: ContainerExit,
  run: ContainerRunHandle,
  message: string | undefined,
): Termination {
  const reason = exit.oomKilled ? 'OOMKilled' : exit.exitCode === 0 ? 'Completed' : 'Error';
  return {
    exitCode: exit.exitCode,
    reason,
    message,
    startedAt: run.startedAt,
    finishedAt: exit.finishedAt.getTime(),
  };
}
