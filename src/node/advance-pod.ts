import { isAlive } from './container-life.ts';
import { type PodAction, type PodLife, type StopCause, type Transition, unchanged } from './pod-life.ts';
import type { ContainerPlan, PodPlan } from './pod-plan.ts';

/** What follows from the containers' states: the next init container, the main ones, the end. */
export function advance(plan: PodPlan, life: PodLife): Transition {
  switch (life.stage) {
    case 'initializing':
      return advanceInit(plan, life, life.current);
    case 'running':
      return mainContainersEnded(plan, life)
        ? beginStop(plan, life, { kind: 'completed' }, undefined)
        : startPending(life, plan.containers);
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

export function beginStop(
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
