import { advance, beginStop } from './advance-pod.ts';
import { afterSandboxChange } from './after-sandbox-change.ts';
import { moveContainer } from './container-transition.ts';
import {
  type ContainerEvent,
  isEnding,
  newPodLife,
  type PodEvent,
  type PodLife,
  type Transition,
  unchanged,
} from './pod-life.ts';
import type { PodPlan } from './pod-plan.ts';
import { resume } from './resume-life.ts';

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
    case 'halt-requested':
      if (isEnding(life)) return unchanged(life);
      return beginStop(plan, life, { kind: 'halted' }, event.graceSeconds);
    case 'sandbox-changed':
      return unchanged(afterSandboxChange(plan, life, event.ends));
    case 'resumed':
      return resume(plan, life, event.at);
    case 'plan-grew':
      return advance(plan, {
        ...life,
        containers: new Map([...newPodLife(plan).containers, ...life.containers]),
      });
    case 'refused':
    case 'start-failed':
    case 'start-abandoned':
    case 'started':
    case 'post-start-done':
    case 'post-start-failed':
    case 'exited':
    case 'probed':
    case 'due':
    case 'definition-changed':
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
