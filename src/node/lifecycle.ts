import { type BackOff, nextBackOff, restartDelayMs } from './back-off.ts';
import {
  type ContainerLife,
  type ContainerRun,
  isAlive,
  type KillReason,
  type Termination,
} from './container-life.ts';
import { type ContainerPlan, type PodPlan, restartsAfter } from './pod-plan.ts';

/**
 * A pod's life. One pure function moves it: `transition(plan, life, event)` gives the next life and what is to be done.
 * Times are milliseconds of the node's clock and come with the events.
 */
export type PodLife = { readonly containers: ReadonlyMap<string, ContainerLife> } & PodStage;

export type PodStage =
  /** Images, sandbox and volumes are being made. */
  | { readonly stage: 'preparing' }
  /** The pod as a whole cannot be made here; nothing of it runs. */
  | { readonly stage: 'refused'; readonly reason: string; readonly message: string }
  /** Init containers run one after the other; `current` is a position among them. */
  | { readonly stage: 'initializing'; readonly current: number }
  | { readonly stage: 'running' }
  /** Nothing is started any more; what runs is being ended, sidecars last and in reverse order. */
  | { readonly stage: 'stopping'; readonly cause: StopCause; readonly graceSeconds: number | undefined }
  | { readonly stage: 'finished'; readonly cause: StopCause };

export type StopCause =
  | { readonly kind: 'completed' | 'init-failed' | 'requested' }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

export type PodEvent =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'preparation-refused'; readonly reason: string; readonly message: string }
  | { readonly kind: 'pod-failed'; readonly reason: string; readonly message: string }
  | { readonly kind: 'stop-requested'; readonly graceSeconds: number | undefined }
  | ContainerEvent;

export type ContainerEvent = { readonly container: string } & (
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string; readonly at: number }
  | { readonly kind: 'start-failed'; readonly message: string; readonly at: number }
  /** The pod began to stop before the container's start did. */
  | { readonly kind: 'start-abandoned' }
  | { readonly kind: 'started'; readonly at: number }
  | { readonly kind: 'post-start-done' }
  | { readonly kind: 'post-start-failed' }
  | { readonly kind: 'exited'; readonly termination: Termination }
  | { readonly kind: 'probed'; readonly probe: 'startup' | 'liveness' | 'readiness'; readonly ok: boolean }
  /** A delay is over: of a restart, or of another attempt after a refusal. */
  | { readonly kind: 'due'; readonly at: number }
);

export type PodAction =
  | { readonly do: 'start'; readonly container: string; readonly attempt: number }
  | {
      readonly do: 'kill';
      readonly container: string;
      readonly why: KillReason;
      readonly graceSeconds: number | undefined;
    }
  | { readonly do: 'wake'; readonly container: string; readonly afterMs: number }
  | { readonly do: 'probe'; readonly container: string; readonly probes: 'startup' | 'steady' };

export interface Transition {
  readonly life: PodLife;
  readonly actions: readonly PodAction[];
}

export function newPodLife(plan: PodPlan): PodLife {
  const containers = plan.containers.map(
    (container) => [container.name, { run: { state: 'pending' }, restartCount: 0 }] as const,
  );
  return { stage: 'preparing', containers: new Map<string, ContainerLife>(containers) };
}

/** The life after `event`. Events that come too late for the stage (a probe of an ended container) change nothing. */
export function transition(plan: PodPlan, life: PodLife, event: PodEvent): Transition {
  switch (event.kind) {
    case 'prepared':
      if (life.stage !== 'preparing') return unchanged(life);
      return advance(plan, { ...life, stage: 'initializing', current: 0 });
    case 'preparation-refused':
      if (life.stage !== 'preparing') return unchanged(life);
      return unchanged({
        stage: 'refused',
        reason: event.reason,
        message: event.message,
        containers: life.containers,
      });
    case 'pod-failed':
      if (isEnding(life)) return unchanged(life);
      return beginStop(
        plan,
        life,
        { kind: 'failed', reason: event.reason, message: event.message },
        undefined,
      );
    case 'stop-requested':
      if (isEnding(life)) return unchanged(life);
      return beginStop(plan, life, { kind: 'requested' }, event.graceSeconds);
    case 'refused':
    case 'start-failed':
    case 'start-abandoned':
    case 'started':
    case 'post-start-done':
    case 'post-start-failed':
    case 'exited':
    case 'probed':
    case 'due':
      return containerTransition(plan, life, event);
  }
}

function containerTransition(plan: PodPlan, life: PodLife, event: ContainerEvent): Transition {
  const container = life.containers.get(event.container);
  const containerPlan = plan.containers.find((candidate) => candidate.name === event.container);
  if (container === undefined || containerPlan === undefined) return unchanged(life);
  const moved = moveContainer({ plan, containerPlan, life, container, event });
  if (moved === undefined) return unchanged(life);
  const containers = new Map(life.containers).set(event.container, moved.container);
  const after = advance(plan, { ...life, containers });
  return { life: after.life, actions: [...moved.actions, ...after.actions] };
}

interface ContainerMove {
  readonly plan: PodPlan;
  readonly containerPlan: ContainerPlan;
  readonly life: PodLife;
  readonly container: ContainerLife;
  readonly event: ContainerEvent;
}

interface Moved {
  readonly container: ContainerLife;
  readonly actions: readonly PodAction[];
}

function moveContainer(move: ContainerMove): Moved | undefined {
  const { container, event } = move;
  const run = container.run;
  switch (event.kind) {
    case 'refused':
      return run.state === 'starting' ? afterRefusal(move, event.reason, event.message) : undefined;
    case 'start-failed':
      return run.state === 'starting' ? afterFailedStart(move, event.message, event.at) : undefined;
    case 'start-abandoned':
      if (run.state !== 'starting') return undefined;
      return { container: { ...container, run: { state: 'pending' } }, actions: [] };
    case 'started':
      return run.state === 'starting' ? afterStart(move, event.at) : undefined;
    case 'post-start-done':
      if (run.state !== 'running' || run.step !== 'post-start') return undefined;
      return afterPostStart(move, run);
    case 'post-start-failed':
      return run.state === 'running' ? killForRestart(move, run, 'post-start') : undefined;
    case 'probed':
      return run.state === 'running' ? afterProbe(move, run, event.probe, event.ok) : undefined;
    case 'exited':
      return isAlive(run) ? afterExit(move, event.termination) : undefined;
    case 'due':
      if (isEnding(move.life)) return undefined;
      return run.state === 'backing-off' || run.state === 'refused' ? restart(move, event.at) : undefined;
  }
}

function afterRefusal(move: ContainerMove, reason: string, message: string): Moved {
  const { container, plan } = move;
  return {
    container: { ...container, run: { state: 'refused', reason, message } },
    actions:
      plan.retryRefusedMs === undefined || isEnding(move.life)
        ? []
        : [{ do: 'wake', container: move.containerPlan.name, afterMs: plan.retryRefusedMs }],
  };
}

/** containerd's words for a container whose process could not be run: it ended before it began, with 128. */
function afterFailedStart(move: ContainerMove, message: string, at: number): Moved {
  const termination: Termination = {
    exitCode: 128,
    reason: 'StartError',
    message,
    startedAt: undefined,
    finishedAt: at,
  };
  const { container, containerPlan, plan } = move;
  if (isEnding(move.life) || !restartsAfter(containerPlan, termination.exitCode))
    return { container: { ...container, run: { state: 'terminated', termination } }, actions: [] };
  const afterMs = Math.max(restartDelayMs(plan.backOff, container.backOff, at), plan.backOff.initialMs);
  return {
    container: {
      ...container,
      run: { state: 'refused', reason: 'RunContainerError', message },
      lastTermination: termination,
    },
    actions:
      plan.retryRefusedMs === undefined ? [] : [{ do: 'wake', container: containerPlan.name, afterMs }],
  };
}

function afterStart(move: ContainerMove, at: number): Moved {
  const run: ContainerRun & { state: 'running' } = {
    state: 'running',
    startedAt: at,
    step: 'post-start',
    ready: false,
    killedFor: undefined,
  };
  if (isEnding(move.life)) {
    const killed = kill(move, run, 'stop');
    return killed;
  }
  return move.containerPlan.hasPostStart
    ? { container: { ...move.container, run }, actions: [] }
    : afterPostStart(move, run);
}

function afterPostStart(move: ContainerMove, run: ContainerRun & { state: 'running' }): Moved {
  const { containerPlan } = move;
  const name = containerPlan.name;
  if (containerPlan.hasStartupProbe) {
    return {
      container: { ...move.container, run: { ...run, step: 'startup-probe' } },
      actions: [{ do: 'probe', container: name, probes: 'startup' }],
    };
  }
  return {
    container: { ...move.container, run: { ...run, step: 'up', ready: !containerPlan.hasReadinessProbe } },
    actions: [{ do: 'probe', container: name, probes: 'steady' }],
  };
}

function afterProbe(
  move: ContainerMove,
  run: ContainerRun & { state: 'running' },
  probe: 'startup' | 'liveness' | 'readiness',
  ok: boolean,
): Moved | undefined {
  const { container, containerPlan } = move;
  if (probe === 'readiness') {
    if (run.step !== 'up' || run.ready === ok) return undefined;
    return { container: { ...container, run: { ...run, ready: ok } }, actions: [] };
  }
  if (!ok) return run.killedFor === undefined ? killForRestart(move, run, probe) : undefined;
  if (probe === 'liveness' || run.step !== 'startup-probe') return undefined;
  return {
    container: { ...container, run: { ...run, step: 'up', ready: !containerPlan.hasReadinessProbe } },
    actions: [{ do: 'probe', container: containerPlan.name, probes: 'steady' }],
  };
}

function killForRestart(
  move: ContainerMove,
  run: ContainerRun & { state: 'running' },
  why: KillReason,
): Moved | undefined {
  return isEnding(move.life) || run.killedFor !== undefined ? undefined : kill(move, run, why);
}

function kill(move: ContainerMove, run: ContainerRun & { state: 'running' }, why: KillReason): Moved {
  const graceSeconds = move.life.stage === 'stopping' ? move.life.graceSeconds : undefined;
  return {
    container: { ...move.container, run: { ...run, killedFor: why, ready: false } },
    actions: [{ do: 'kill', container: move.containerPlan.name, why, graceSeconds }],
  };
}

function afterExit(move: ContainerMove, termination: Termination): Moved {
  const { plan, containerPlan, container } = move;
  if (isEnding(move.life) || !restartsAfter(containerPlan, termination.exitCode))
    return { container: { ...container, run: { state: 'terminated', termination } }, actions: [] };
  const delayMs = restartDelayMs(plan.backOff, container.backOff, termination.finishedAt);
  const waiting: ContainerLife = { ...container, run: { state: 'backing-off', delayMs, termination } };
  if (delayMs === 0) return restart({ ...move, container: waiting }, termination.finishedAt);
  return {
    container: waiting,
    actions: [{ do: 'wake', container: containerPlan.name, afterMs: delayMs }],
  };
}

function restart(move: ContainerMove, at: number): Moved {
  const { container, containerPlan, plan } = move;
  const attempted = container.run.state === 'backing-off' || container.lastTermination !== undefined;
  const restartCount = container.restartCount + (attempted ? 1 : 0);
  const backOff: BackOff | undefined = attempted
    ? nextBackOff(plan.backOff, container.backOff, at)
    : container.backOff;
  const lastTermination =
    container.run.state === 'backing-off' ? container.run.termination : container.lastTermination;
  return {
    container: {
      run: { state: 'starting' },
      restartCount,
      ...(backOff === undefined ? {} : { backOff }),
      ...(lastTermination === undefined ? {} : { lastTermination }),
    },
    actions: [{ do: 'start', container: containerPlan.name, attempt: restartCount }],
  };
}

/** What follows from the containers' states: the next init container, the main ones, the end. */
function advance(plan: PodPlan, life: PodLife): Transition {
  switch (life.stage) {
    case 'initializing':
      return advanceInit(plan, life, life.current);
    case 'running':
      return mainContainersEnded(plan, life)
        ? beginStop(plan, life, { kind: 'completed' }, undefined)
        : unchanged(life);
    case 'stopping':
      return advanceStop(plan, life, life.cause, life.graceSeconds);
    case 'preparing':
    case 'refused':
    case 'finished':
      return unchanged(life);
  }
}

function advanceInit(plan: PodPlan, life: PodLife, current: number): Transition {
  const inits = plan.containers.filter(
    (container) => container.type === 'init' || container.type === 'sidecar',
  );
  const next = inits[current];
  if (next === undefined) {
    const rest = plan.containers.filter((candidate) => !inits.includes(candidate));
    return startPending({ ...life, stage: 'running' }, rest);
  }
  const run = life.containers.get(next.name)?.run;
  if (run?.state === 'pending') return startPending({ ...life, stage: 'initializing', current }, [next]);
  if (run?.state === 'terminated' && run.termination.exitCode !== 0)
    return beginStop(plan, life, { kind: 'init-failed' }, undefined);
  const isDone =
    next.type === 'sidecar'
      ? run?.state === 'running' && run.step === 'up' && run.killedFor === undefined
      : run?.state === 'terminated';
  if (isDone) return advanceInit(plan, life, current + 1);
  return unchanged({ ...life, stage: 'initializing', current });
}

function startPending(life: PodLife, plans: readonly ContainerPlan[]): Transition {
  const containers = new Map(life.containers);
  const actions: PodAction[] = [];
  for (const { name } of plans) {
    const container = containers.get(name);
    if (container?.run.state !== 'pending') continue;
    containers.set(name, { ...container, run: { state: 'starting' } });
    actions.push({ do: 'start', container: name, attempt: container.restartCount });
  }
  return { life: { ...life, containers }, actions };
}

function mainContainersEnded(plan: PodPlan, life: PodLife): boolean {
  return plan.containers
    .filter((container) => container.type === 'container')
    .every((container) => life.containers.get(container.name)?.run.state === 'terminated');
}

function beginStop(
  plan: PodPlan,
  life: PodLife,
  cause: StopCause,
  graceSeconds: number | undefined,
): Transition {
  const containers = new Map(life.containers);
  for (const [name, container] of containers) {
    // What waits for its restart will not be restarted: its last end is its end.
    if (container.run.state !== 'backing-off') continue;
    containers.set(name, {
      ...container,
      run: { state: 'terminated', termination: container.run.termination },
    });
  }
  return advanceStop(plan, { ...life, containers }, cause, graceSeconds);
}

function advanceStop(
  plan: PodPlan,
  life: PodLife,
  cause: StopCause,
  graceSeconds: number | undefined,
): Transition {
  const alive = plan.containers.filter(({ name }) => isAlive(life.containers.get(name)?.run));
  const containers = new Map(life.containers);
  if (alive.length === 0) return unchanged({ stage: 'finished', cause, containers });
  const others = alive.filter((container) => container.type !== 'sidecar');
  const turn = others.length > 0 ? others : alive.slice(-1);
  const actions: PodAction[] = [];
  for (const { name } of turn) {
    const container = containers.get(name);
    if (container?.run.state !== 'running' || container.run.killedFor === 'stop') continue;
    containers.set(name, { ...container, run: { ...container.run, killedFor: 'stop', ready: false } });
    actions.push({ do: 'kill', container: name, why: 'stop', graceSeconds });
  }
  return { life: { stage: 'stopping', cause, graceSeconds, containers }, actions };
}

/** True once nothing will be started any more. */
export function isEnding(life: PodLife): boolean {
  return life.stage === 'stopping' || life.stage === 'finished';
}

function unchanged(life: PodLife): Transition {
  return { life, actions: [] };
}
