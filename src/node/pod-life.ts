import type { ContainerLife, KillReason, Termination } from './container-life.ts';
import type { PodPlan } from './pod-plan.ts';

/**
 * A pod's life. One pure function moves it: `transition(plan, life, event)` of lifecycle.ts gives the next life and what is to
 * be done.
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
  /** `halted`: until the node comes back, which then begins again with what is left. */
  | { readonly kind: 'completed' | 'init-failed' | 'requested' | 'halted' }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

export type PodEvent =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'preparation-refused'; readonly reason: string; readonly message: string }
  | { readonly kind: 'pod-failed'; readonly reason: string; readonly message: string }
  | { readonly kind: 'stop-requested'; readonly graceSeconds: number | undefined }
  | { readonly kind: 'halt-requested'; readonly graceSeconds: number | undefined }
  /** The sandbox is gone; `ends` has those that ran in it. */
  | { readonly kind: 'sandbox-changed'; readonly ends: ReadonlyMap<string, Termination> }
  /** Another process looks after the pod from now on: what was under way is begun anew. */
  | { readonly kind: 'resumed'; readonly at: number }
  /** The plan has containers that the life does not know. */
  | { readonly kind: 'plan-grew' }
  | ContainerEvent;

export type ContainerEvent = { readonly container: string } & (
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly message: string;
      readonly at: number;
      /** Until it is tried again, where anything is; the plan's own when left out. */
      readonly retryMs?: number;
    }
  | { readonly kind: 'start-failed'; readonly message: string; readonly at: number }
  /** The pod began to stop before the container's start did. */
  | { readonly kind: 'start-abandoned' }
  | { readonly kind: 'started'; readonly at: number }
  | { readonly kind: 'post-start-done' }
  | { readonly kind: 'post-start-failed'; readonly message: string }
  | { readonly kind: 'exited'; readonly termination: Termination }
  | { readonly kind: 'probed'; readonly probe: 'startup' | 'liveness' | 'readiness'; readonly ok: boolean }
  /** A delay is over: of a restart, or of another attempt after a refusal. */
  | { readonly kind: 'due'; readonly at: number }
  /** The pod has another image for it now. */
  | { readonly kind: 'definition-changed'; readonly at: number }
);

export type PodAction =
  | { readonly do: 'start'; readonly container: string; readonly attempt: number }
  | {
      readonly do: 'kill';
      readonly container: string;
      readonly why: KillReason;
      readonly graceSeconds: number | undefined;
    }
  | { readonly do: 'wake'; readonly container: string; readonly at: number }
  | { readonly do: 'probe'; readonly container: string; readonly probes: 'startup' | 'steady' };

export type KillAction = Extract<PodAction, { readonly do: 'kill' }>;

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

/** True once nothing will be started any more. */
export function isEnding(life: PodLife): boolean {
  return life.stage === 'stopping' || life.stage === 'finished';
}

/** Nothing is to be done. */
export function unchanged(life: PodLife): Transition {
  return { life, actions: [] };
}
