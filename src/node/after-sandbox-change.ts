import { type ContainerLife, isAlive, type Termination } from './container-life.ts';
import type { PodLife, StopCause } from './pod-life.ts';
import { type ContainerPlan, type PodPlan, restartsAfter } from './pod-plan.ts';

/**
 * The life of a pod whose sandbox is gone, with all processes (`ends` tells how they ended). As the kubelet: a pod that
 * never restarts has ended with it; any other begins again from its first init container, and what has run counts a
 * restart. A pod that was ending has ended.
 */
export function afterSandboxChange(
  plan: PodPlan,
  life: PodLife,
  ends: ReadonlyMap<string, Termination>,
): PodLife {
  const containers = new Map(
    [...life.containers].map(([name, container]) => [name, ended(container, ends.get(name))] as const),
  );
  const wasEnding = life.stage === 'stopping' || life.stage === 'finished';
  if (wasEnding && life.cause.kind !== 'halted') return { stage: 'finished', cause: life.cause, containers };
  const cause = endOfPod(plan, containers);
  if (cause !== undefined) return { stage: 'finished', cause, containers };
  return {
    stage: 'preparing',
    containers: new Map(
      plan.containers.flatMap((planned) => {
        const container = containers.get(planned.name);
        return container === undefined ? [] : [[planned.name, startedAgain(planned, container)] as const];
      }),
    ),
  };
}

/** One that was still being started has never run. */
function ended(container: ContainerLife, termination: Termination | undefined): ContainerLife {
  if (!isAlive(container.run)) return container;
  if (termination === undefined) return { ...container, run: { state: 'pending' } };
  return { ...container, run: { state: 'terminated', termination } };
}

/** Why nothing of the pod is started any more; undefined when something is. */
function endOfPod(plan: PodPlan, containers: ReadonlyMap<string, ContainerLife>): StopCause | undefined {
  const main = plan.containers.filter(({ type }) => type === 'container');
  const hasRun = [...containers.values()].some((container) => lastEndOf(container) !== undefined);
  const neverRestarts = main.every(
    ({ restartPolicy, restartRules }) => restartPolicy === 'Never' && restartRules.length === 0,
  );
  if (!(hasRun && neverRestarts) && main.some((planned) => isDue(planned, containers.get(planned.name))))
    return undefined;
  const haveAllEnded = main.every(({ name }) => containers.get(name)?.run.state === 'terminated');
  return { kind: haveAllEnded ? 'completed' : 'init-failed' };
}

function isDue(planned: ContainerPlan, container: ContainerLife | undefined): boolean {
  if (container === undefined) return false;
  const end = lastEndOf(container);
  return end === undefined || restartsAfter(planned, end.exitCode);
}

function startedAgain(planned: ContainerPlan, container: ContainerLife): ContainerLife {
  if (planned.type === 'ephemeral') return container;
  if (planned.type === 'container' && !isDue(planned, container)) return container;
  const lastTermination = lastEndOf(container);
  if (lastTermination === undefined) return { ...container, run: { state: 'pending' } };
  const restartCount = container.restartCount + 1;
  return { ...container, run: { state: 'pending' }, restartCount, lastTermination };
}

function lastEndOf({ run, lastTermination }: ContainerLife): Termination | undefined {
  return run.state === 'terminated' || run.state === 'backing-off' ? run.termination : lastTermination;
}
