import type { PodStatus } from '../kube/pod-status.ts';
import type { ContainerRun } from './container-life.ts';
import type { PodLife } from './pod-life.ts';
import type { PodPlan } from './pod-plan.ts';
import type { PodGoal } from './running-pod.ts';

/** Whether a goal is reached, cannot be reached any more, or may still be. */
export function judgeGoal(
  goal: PodGoal,
  plan: PodPlan,
  life: PodLife,
  status: PodStatus,
): 'reached' | 'impossible' | 'open' {
  const isOver = life.stage === 'finished' || life.stage === 'refused';
  if (typeof goal === 'function') return goal(status) ? 'reached' : isOver ? 'impossible' : 'open';
  switch (goal) {
    case 'finished':
      return isOver ? 'reached' : 'open';
    case 'settled':
      return isSettled(plan, life) ? 'reached' : 'open';
    case 'ready':
      if (isReady(status)) return 'reached';
      return isOver || hasStuckContainer(plan, life) ? 'impossible' : 'open';
  }
}

function isReady(status: PodStatus): boolean {
  return status.conditions.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
}

/** A container that will never be ready: refused for good, or ended for good. */
function hasStuckContainer(plan: PodPlan, life: PodLife): boolean {
  return plan.containers.some(({ name, type }) => {
    const run = life.containers.get(name)?.run;
    if (run?.state === 'refused') return plan.retryRefusedMs === undefined && type !== 'ephemeral';
    return run?.state === 'terminated' && type === 'container';
  });
}

function isSettled(plan: PodPlan, life: PodLife): boolean {
  switch (life.stage) {
    case 'refused':
    case 'finished':
      return true;
    case 'preparing':
    case 'stopping':
      return false;
    case 'initializing': {
      const current = plan.containers[life.current];
      const run = current === undefined ? undefined : life.containers.get(current.name)?.run;
      return run?.state === 'refused' || run?.state === 'backing-off';
    }
    case 'running':
      return [...life.containers.values()].every(({ run }) => isAtRest(run));
  }
}

function isAtRest(run: ContainerRun): boolean {
  switch (run.state) {
    case 'pending':
    case 'starting':
      return false;
    case 'running':
      return run.step === 'up' && run.killedFor === undefined;
    case 'refused':
    case 'backing-off':
    case 'terminated':
      return true;
  }
}
