import { advance } from './advance-pod.ts';
import type { ContainerLife, ContainerRun } from './container-life.ts';
import { afterPostStart, type Moved } from './container-transition.ts';
import { isEnding, type PodAction, type PodLife, type Transition, unchanged } from './pod-life.ts';
import type { ContainerPlan, PodPlan } from './pod-plan.ts';

/**
 * The same life, looked after by another process: whatever the one before it had under way (probes, delays, starts,
 * kills) is begun anew. Nothing of what has happened already happens again.
 */
export function resume(plan: PodPlan, life: PodLife, at: number): Transition {
  if (life.stage === 'preparing' || life.stage === 'refused' || life.stage === 'finished')
    return unchanged(life);
  const containers = new Map(life.containers);
  const actions: PodAction[] = [];
  for (const planned of plan.containers) {
    const container = containers.get(planned.name);
    if (container === undefined) continue;
    const moved = resumeContainer({ plan, containerPlan: planned, life, container }, at);
    containers.set(planned.name, moved.container);
    actions.push(...moved.actions);
  }
  const after = advance(plan, { ...life, containers });
  return { life: after.life, actions: [...actions, ...after.actions] };
}

interface Resumption {
  readonly plan: PodPlan;
  readonly containerPlan: ContainerPlan;
  readonly life: PodLife;
  readonly container: ContainerLife;
}

function resumeContainer(resumption: Resumption, at: number): Moved {
  const { plan, containerPlan, life, container } = resumption;
  const { name } = containerPlan;
  const { run } = container;
  switch (run.state) {
    case 'starting':
      if (isEnding(life)) return { container: { ...container, run: { state: 'pending' } }, actions: [] };
      return { container, actions: [{ do: 'start', container: name, attempt: container.restartCount }] };
    case 'running':
      return resumeRunning(resumption, run);
    case 'backing-off': {
      const dueAt = run.termination.finishedAt + run.delayMs;
      return { container, actions: [{ do: 'wake', container: name, at: dueAt }] };
    }
    case 'refused':
      if (plan.retryRefusedMs === undefined || isEnding(life)) return { container, actions: [] };
      return { container, actions: [{ do: 'wake', container: name, at: at + plan.retryRefusedMs }] };
    case 'pending':
    case 'terminated':
      return { container, actions: [] };
  }
}

/** As after a restart of the kubelet: postStart is not run again, and readiness is what it was until a probe speaks. */
function resumeRunning(
  { containerPlan, life, container }: Resumption,
  run: ContainerRun & { readonly state: 'running' },
): Moved {
  const { name } = containerPlan;
  if (run.killedFor !== undefined) {
    const graceSeconds = life.stage === 'stopping' ? life.graceSeconds : undefined;
    return { container, actions: [{ do: 'kill', container: name, why: run.killedFor, graceSeconds }] };
  }
  // One that is to end, but has not been told yet, is told by `advance`.
  if (isEnding(life)) return { container, actions: [] };
  if (run.step === 'post-start') return afterPostStart({ containerPlan, container }, run);
  const probes = run.step === 'startup-probe' ? 'startup' : 'steady';
  return { container, actions: [{ do: 'probe', container: name, probes }] };
}
