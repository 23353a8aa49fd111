import type { ContainerInPod } from '../confinement/confine-input.ts';
import { messageOf } from '../core/errors.ts';
import type { ContainerExit } from '../runtime/engine.ts';
import type { ContainerRunHandle, ContainerSlot } from './container-slot.ts';
import type { ContainerTarget } from './container-target.ts';
import { endContainer } from './end-container.ts';
import type { GracePeriods } from './grace-periods.ts';
import { hookFailureText } from './hook-failure-text.ts';
import { runHook } from './lifecycle-hooks.ts';
import type { KillAction, PodEvent } from './pod-life.ts';
import type { PodRequest, PreparedPod } from './prepare-pod.ts';
import { type ContainerProbe, watchContainerProbe } from './probes/watch-container-probe.ts';
import { Refusal } from './refusal.ts';
import type { RecordEvent } from './running-pod.ts';
import { asStartError, createContainer } from './start-container.ts';
import { runningTargetPid } from './target-process.ts';
import { terminationOf } from './termination.ts';
import { readTerminationMessage } from './termination-message.ts';
import type { WorkInFlight } from './work-in-flight.ts';

/** The pod, as one of its containers needs it. */
export interface ContainersPod {
  readonly request: PodRequest;
  /** Undefined until it is made. */
  readonly prepared: PreparedPod | undefined;
  /** Aborted when nothing is started any more. */
  readonly ending: AbortSignal;
  /** Aborted when another process is to look after the pod: what goes on, goes on without us. */
  readonly released: AbortSignal;
  /** True once `stop()` takes the whole pod away, its containers along. */
  readonly isBeingRemoved: boolean;
  readonly grace: GracePeriods;
  readonly work: WorkInFlight;
  readonly record: RecordEvent;
  /** The only way to change the pod's life. */
  readonly tell: (event: PodEvent) => void;
  readonly fail: (error: unknown) => void;
  /** The current or last run of a container of the pod. */
  readonly findRun: (container: string) => ContainerRunHandle | undefined;
}

/** Carries out what the life of one container asks for. Every outcome goes back to the pod as an event. */
export class ContainerWorker implements ContainerSlot {
  readonly #pod: ContainersPod;
  #container: ContainerInPod;
  #run: ContainerRunHandle | undefined;

  /** `run`: that of another process, from which the pod was taken over. */
  constructor(pod: ContainersPod, container: ContainerInPod, run?: ContainerRunHandle) {
    this.#pod = pod;
    this.#container = container;
    this.#run = run;
  }

  get container(): ContainerInPod {
    return this.#container;
  }

  /** What it is started as from the next start on. */
  redefine(container: ContainerInPod): void {
    this.#container = container;
  }

  get run(): ContainerRunHandle | undefined {
    return this.#run;
  }

  get #name(): string {
    return this.container.container.name;
  }

  /** From creation to the end of postStart; the process's own end is awaited beside. */
  async start(attempt: number, imageName: string): Promise<void> {
    const { request, ending, released, prepared, tell } = this.#pod;
    if (released.aborted) return;
    if (ending.aborted || prepared === undefined)
      return tell({ kind: 'start-abandoned', container: this.#name });
    let started: ContainerRunHandle | undefined;
    try {
      started = await this.#create(prepared, attempt, imageName);
      if (released.aborted) return;
      await this.#letGo(started);
    } catch (error) {
      return this.#refuse(error, started !== undefined);
    }
    this.#pod.record('Normal', 'Started', 'Container started', this.#name);
    tell({ kind: 'started', container: this.#name, at: started.startedAt });
    this.awaitExit();
    if (imageName !== (this.container.container.image ?? ''))
      tell({ kind: 'definition-changed', container: this.#name, at: request.node.clock.now() });
    await this.#postStart(started);
  }

  /** Of a run that goes on. */
  awaitExit(): void {
    const run = this.#run;
    if (run !== undefined && !run.ended.signal.aborted) this.#pod.work.start(() => this.#awaitExit(run));
  }

  /** preStop, signal and grace period, as far as the reason leaves time for them. */
  async end(action: KillAction): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    const { request, grace, released, record } = this.#pod;
    const { engine, clock } = request.node;
    record('Normal', 'Killing', killingText(this.#name, action.why), this.#name);
    await endContainer({
      target: this.#target(run),
      engine,
      run,
      clock,
      graceMs: grace.leftMs(this.container.container, action),
      released,
      onHookFailure: () => record('Warning', 'FailedPreStopHook', 'PreStopHook failed', this.#name),
    });
  }

  /** At once, whatever else ends it meanwhile. */
  async killNow(): Promise<void> {
    const run = this.#run;
    if (run === undefined || run.ended.signal.aborted) return;
    await this.#pod.request.node.engine.killContainer(run.created.runtimeContainer, 'SIGKILL');
  }

  /** Begins its startup probe, or the two that go on for as long as it runs. */
  probe(probes: 'startup' | 'steady'): void {
    if (probes === 'startup') return this.#watch('startup');
    this.#watch('readiness');
    this.#watch('liveness');
  }

  async #create(prepared: PreparedPod, attempt: number, imageName: string): Promise<ContainerRunHandle> {
    const { request, record, findRun } = this.#pod;
    const created = await createContainer({
      request,
      prepared,
      container: this.container,
      attempt,
      targetPid: runningTargetPid(this.container, findRun),
    });
    const startedAt = request.node.clock.now();
    const run = { created, attempt, imageName, startedAt, ended: new AbortController() };
    this.#run = run;
    record('Normal', 'Created', 'Container created', this.#name);
    return run;
  }

  async #letGo(run: ContainerRunHandle): Promise<void> {
    const { engine } = this.#pod.request.node;
    const { runtimeContainer } = run.created;
    try {
      await engine.startContainer(runtimeContainer);
    } catch (error) {
      run.ended.abort();
      await engine.removeContainer(runtimeContainer);
      throw asStartError(engine.platform.profile, error);
    }
  }

  #refuse(error: unknown, isCreated: boolean): void {
    const { request, record, tell, fail } = this.#pod;
    const container = this.#name;
    const at = request.node.clock.now();
    const message = messageOf(error);
    const isTold = error instanceof Refusal && error.isTold;
    // containerd has made a container by then, and asks the OCI runtime to make it when it is to start.
    if (!isCreated && error instanceof Refusal && error.reason === 'RunContainerError')
      record('Normal', 'Created', 'Container created', container);
    record('Warning', 'Failed', `Error: ${isTold ? error.reason : message}`, container);
    if (!(error instanceof Refusal)) {
      fail(error);
      return tell({ kind: 'refused', container, reason: 'CreateContainerError', message, at });
    }
    const { reason, retryMs } = error;
    if (reason === 'RunContainerError') tell({ kind: 'start-failed', container, message, at });
    else tell({ kind: 'refused', container, reason, message, at, ...(retryMs !== undefined && { retryMs }) });
  }

  async #postStart(run: ContainerRunHandle): Promise<void> {
    const { request, released, record, tell } = this.#pod;
    const handler = this.container.container.lifecycle?.postStart;
    if (handler === undefined) return;
    const outcome = await runHook({
      target: this.#target(run),
      handler,
      clock: request.node.clock,
      timeoutMs: undefined,
      signal: AbortSignal.any([run.ended.signal, released]),
    });
    if (run.ended.signal.aborted || released.aborted) return;
    if (outcome.ok) return tell({ kind: 'post-start-done', container: this.#name });
    // Its words may have secrets: they are in the status alone.
    record('Warning', 'FailedPostStartHook', 'PostStartHook failed', this.#name);
    const message = hookFailureText(handler, this.#name, request.pod, outcome);
    tell({ kind: 'post-start-failed', container: this.#name, message });
  }

  async #awaitExit(run: ContainerRunHandle): Promise<void> {
    const { engine } = this.#pod.request.node;
    const { runtimeContainer, terminationLog } = run.created;
    const exit = await this.#exitOf(run);
    if (exit === undefined) return;
    run.ended.abort();
    const paths = { terminationLog, log: runtimeContainer.logPath };
    const message = await readTerminationMessage(
      this.container.container,
      paths,
      exit.exitCode,
      this.#pod.request.containers.length,
    );
    if (!this.#pod.isBeingRemoved) await engine.removeContainer(runtimeContainer);
    this.#pod.tell({ kind: 'exited', container: this.#name, termination: terminationOf(exit, run, message) });
  }

  /** Undefined: whoever looks after the pod then will see it. */
  async #exitOf(run: ContainerRunHandle): Promise<ContainerExit | undefined> {
    const { request, released } = this.#pod;
    try {
      return await request.node.engine.waitContainer(run.created.runtimeContainer, released);
    } catch (error) {
      if (released.aborted) return undefined;
      throw error;
    }
  }

  #watch(kind: ContainerProbe): void {
    const run = this.#run;
    const probe = this.container.container[`${kind}Probe`];
    if (probe === undefined || run === undefined) return;
    const { request, ending, record, tell, work } = this.#pod;
    work.start(() =>
      watchContainerProbe({
        kind,
        probe,
        target: this.#target(run),
        clock: request.node.clock,
        startedAt: run.startedAt,
        signal: AbortSignal.any([run.ended.signal, ending]),
        onFailure: (message) => record('Warning', 'Unhealthy', message, this.#name),
        onSettled: (ok) => tell({ kind: 'probed', container: this.#name, probe: kind, ok }),
      }),
    );
  }

  #target(run: ContainerRunHandle): ContainerTarget {
    const { request, prepared } = this.#pod;
    const isHostNetwork = request.pod.spec.hostNetwork === true;
    return {
      engine: request.node.engine,
      container: this.container.container,
      runtimeContainer: run.created.runtimeContainer,
      address: isHostNetwork ? '127.0.0.1' : prepared?.sandbox.ips[0],
    };
  }
}

function killingText(container: string, why: KillAction['why']): string {
  switch (why) {
    case 'startup':
    case 'liveness':
      return `Container ${container} failed ${why} probe, will be restarted`;
    case 'changed':
      return `Container ${container} definition changed, will be restarted`;
    case 'post-start':
      return 'FailedPostStartHook';
    case 'stop':
      return `Stopping container ${container}`;
  }
}
