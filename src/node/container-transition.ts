import { type BackOff, nextBackOff, restartDelayMs } from './back-off.ts';
import {
  type ContainerLife,
  type ContainerRun,
  isAlive,
  isMadeBefore,
  type KillReason,
  type Refused,
  type Termination,
} from './container-life.ts';
import { type ContainerEvent, isEnding, type PodAction, type PodLife } from './pod-life.ts';
import { type ContainerPlan, type PodPlan, restartsAfter } from './pod-plan.ts';

/** An event of one container, and all that its next run depends on. */
export interface ContainerMove {
  readonly plan: PodPlan;
  readonly containerPlan: ContainerPlan;
  readonly life: PodLife;
  readonly container: ContainerLife;
  readonly event: ContainerEvent;
}

export interface Moved {
  readonly container: ContainerLife;
  readonly actions: readonly PodAction[];
}

/** The container after `event`; undefined when the event comes too late for its run. */
export function moveContainer(move: ContainerMove): Moved | undefined {
  const { container, event } = move;
  const run = container.run;
  switch (event.kind) {
    case 'refused':
      return run.state === 'starting' ? afterRefusal(move, event) : undefined;
    case 'start-failed':
      return run.state === 'starting' ? afterFailedStart(move, event.message, event.at) : undefined;
    case 'start-abandoned':
      if (run.state !== 'starting' || !isEnding(move.life)) return undefined;
      return { container: unmade(container), actions: [] };
    case 'started':
      return run.state === 'starting' ? afterStart(move, event.at) : undefined;
    case 'post-start-done':
      if (run.state !== 'running' || run.step !== 'post-start') return undefined;
      return afterPostStart(move, run);
    case 'post-start-failed':
      if (run.state !== 'running') return undefined;
      return killForRestart(move, { ...run, hookFailure: event.message }, 'post-start');
    case 'probed':
      return run.state === 'running' ? afterProbe(move, run, event.probe, event.ok) : undefined;
    case 'exited':
      return isAlive(run) ? afterExit(move, event.termination) : undefined;
    case 'due':
      return isEnding(move.life) ? undefined : afterDelay(move, event.at);
    case 'definition-changed':
      return isEnding(move.life) ? undefined : afterChange(move, event.at);
  }
}

/** One that nothing came of any more: what it was before. */
function unmade(container: ContainerLife): ContainerLife {
  const { lastTermination, restartCount } = container;
  if (lastTermination === undefined) return { ...container, run: { state: 'pending' } };
  const run = { state: 'terminated', termination: lastTermination } as const;
  return { ...container, run, restartCount: restartCount - 1 };
}

/** As the kubelet: what runs is ended, what waits does not wait any longer, and init containers are left alone. */
function afterChange(move: ContainerMove, at: number): Moved | undefined {
  const { containerPlan, container } = move;
  if (containerPlan.type === 'init' || containerPlan.type === 'ephemeral') return undefined;
  const { backOff: _, ...fresh } = container;
  switch (container.run.state) {
    case 'running':
      return killForRestart(move, container.run, 'changed');
    case 'backing-off':
    case 'refused':
      return restart({ ...move, container: fresh }, at);
    case 'pending':
    case 'starting':
    case 'terminated':
      return undefined;
  }
}

function afterRefusal(
  move: ContainerMove,
  { reason, message, at, retryMs }: Extract<ContainerEvent, { kind: 'refused' }>,
): Moved {
  const { container, plan } = move;
  const refused: ContainerLife = { ...container, run: { state: 'refused', reason, message } };
  if (plan.retryRefusedMs === undefined || isEnding(move.life)) return { container: refused, actions: [] };
  const dueAt = at + (retryMs ?? plan.retryRefusedMs);
  return { container: refused, actions: [{ do: 'wake', container: move.containerPlan.name, at: dueAt }] };
}

function afterDelay(move: ContainerMove, at: number): Moved | undefined {
  const { container, containerPlan, plan } = move;
  const { run, lastTermination } = container;
  if (run.state === 'backing-off') return restart(move, at);
  if (run.state !== 'refused') return undefined;
  if (!isMadeBefore(run) || lastTermination === undefined) return restart(move, at);
  const delayMs = restartDelayMs(plan.backOff, container.backOff, lastTermination.finishedAt);
  const dueAt = lastTermination.finishedAt + delayMs;
  if (dueAt <= at) return restart(move, at);
  return {
    container: { ...container, run: { state: 'backing-off', delayMs, termination: lastTermination } },
    actions: [{ do: 'wake', container: containerPlan.name, at: dueAt }],
  };
}

/** Until the kubelet looks at a container again that it has failed to start: its runtime tells it within a second. */
const firstLookMs = 1000;

/** containerd's words for a container whose process could not be run: it ended before it began, with 128. */
function afterFailedStart(move: ContainerMove, message: string, at: number): Moved {
  const termination: Termination = {
    exitCode: 128,
    reason: 'StartError',
    message,
    startedAt: undefined,
    finishedAt: at,
  };
  return afterEndOfMade(move, termination, { reason: 'RunContainerError', message });
}

/** One that was made and is not to be: it waits with that reason until its next attempt, or for its back-off. */
function afterEndOfMade(move: ContainerMove, termination: Termination, why: Refused): Moved {
  const { container, containerPlan, plan } = move;
  if (isEnding(move.life) || !restartsAfter(containerPlan, termination.exitCode))
    return { container: { ...container, run: { state: 'terminated', termination } }, actions: [] };
  const lookAt = termination.finishedAt + firstLookMs;
  return {
    container: { ...container, run: { state: 'refused', ...why }, lastTermination: termination },
    actions:
      plan.retryRefusedMs === undefined ? [] : [{ do: 'wake', container: containerPlan.name, at: lookAt }],
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
  if (isEnding(move.life)) return kill(move, run, 'stop');
  return move.containerPlan.hasPostStart
    ? { container: { ...move.container, run }, actions: [] }
    : afterPostStart(move, run);
}

/** The next step of a container whose postStart is done, or that has none. */
export function afterPostStart(
  move: Pick<ContainerMove, 'containerPlan' | 'container'>,
  run: ContainerRun & { state: 'running' },
): Moved {
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
  const { killedFor, hookFailure } = container.run.state === 'running' ? container.run : {};
  if (killedFor === 'changed' && !isEnding(move.life)) return afterChangedExit(move, termination);
  if (hookFailure !== undefined)
    return afterEndOfMade(move, termination, { reason: 'PostStartHookError', message: hookFailure });
  if (isEnding(move.life) || !restartsAfter(containerPlan, termination.exitCode))
    return { container: { ...container, run: { state: 'terminated', termination } }, actions: [] };
  const delayMs = restartDelayMs(plan.backOff, container.backOff, termination.finishedAt);
  const waiting: ContainerLife = { ...container, run: { state: 'backing-off', delayMs, termination } };
  if (delayMs === 0) return restart({ ...move, container: waiting }, termination.finishedAt);
  return {
    container: waiting,
    actions: [{ do: 'wake', container: containerPlan.name, at: termination.finishedAt + delayMs }],
  };
}

/** Whatever the restart policy says: another definition is another container, without a past. */
function afterChangedExit(move: ContainerMove, termination: Termination): Moved {
  const { backOff: _, ...container } = move.container;
  const waiting: ContainerLife = { ...container, run: { state: 'backing-off', delayMs: 0, termination } };
  return restart({ ...move, container: waiting }, termination.finishedAt);
}

function restart(move: ContainerMove, at: number): Moved {
  const { container, containerPlan, plan } = move;
  const { run } = container;
  const isRestart = run.state === 'backing-off' || (run.state === 'refused' && isMadeBefore(run));
  const restartCount = container.restartCount + (isRestart ? 1 : 0);
  const backOff: BackOff | undefined = isRestart
    ? nextBackOff(plan.backOff, container.backOff, at)
    : container.backOff;
  const lastTermination = run.state === 'backing-off' ? run.termination : container.lastTermination;
  const refusal = run.state === 'refused' ? { reason: run.reason, message: run.message } : undefined;
  return {
    container: {
      run: { state: 'starting', ...(refusal === undefined ? {} : { refusal }) },
      restartCount,
      ...(backOff === undefined ? {} : { backOff }),
      ...(lastTermination === undefined ? {} : { lastTermination }),
    },
    actions: [{ do: 'start', container: containerPlan.name, attempt: restartCount }],
  };
}
