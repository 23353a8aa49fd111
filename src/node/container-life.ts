import type { BackOff } from './back-off.ts';

/** One container over all its restarts. */
export interface ContainerLife {
  readonly run: ContainerRun;
  readonly restartCount: number;
  /** The end of the run before this one. */
  readonly lastTermination?: Termination;
  readonly backOff?: BackOff;
}

/** The container's current run. Times are milliseconds of the node's clock. */
export type ContainerRun =
  /** Its turn has not come. */
  | { readonly state: 'pending' }
  /** `refusal`: of the attempt before, which nothing has come of yet. */
  | { readonly state: 'starting'; readonly refusal?: Refused }
  /** Nothing runs of it: Kubernetes' waiting state with this reason. */
  | ({ readonly state: 'refused' } & Refused)
  | {
      readonly state: 'running';
      readonly startedAt: number;
      readonly step: 'post-start' | 'startup-probe' | 'up';
      readonly ready: boolean;
      readonly killedFor: KillReason | undefined;
      /** What postStart said when it failed. */
      readonly hookFailure?: string;
    }
  | { readonly state: 'backing-off'; readonly delayMs: number; readonly termination: Termination }
  | { readonly state: 'terminated'; readonly termination: Termination };

export interface Refused {
  readonly reason: string;
  readonly message: string;
}

/** True for a refusal of a container that was made: another attempt is a restart, with back-off. */
export function isMadeBefore({ reason }: Refused): boolean {
  return reason === 'RunContainerError' || reason === 'PostStartHookError';
}

export interface Termination {
  readonly exitCode: number;
  readonly reason: 'Completed' | 'Error' | 'OOMKilled' | 'StartError' | 'ContainerStatusUnknown';
  readonly message: string | undefined;
  /** Undefined when it never ran. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number;
  /** Undefined when nothing was made of it. */
  readonly containerID?: string;
}

/** True while there is, or may be any moment, a process. */
export function isAlive(run: ContainerRun | undefined): boolean {
  return run?.state === 'starting' || run?.state === 'running';
}

/** Why a running container is ended by the node; `changed`: it is to run with another image. */
export type KillReason = 'stop' | 'startup' | 'liveness' | 'post-start' | 'changed';
