import type { Pod } from '../../kube/pod.ts';
import type { PodCondition } from '../../kube/pod-status.ts';
import type { Sandbox } from '../../runtime/engine.ts';
import type { PodLife } from '../pod-life.ts';
import type { PreparedVolume } from '../volumes/prepared-volume.ts';

/** All that another process must know of a pod to look after it: `lib/pods/UID/state.json`. Times are milliseconds. */
export interface PodState {
  /** Of the machine's boot that processes and mounts are of. */
  readonly bootId: string;
  /** As it is run. */
  readonly pod: Pod;
  readonly withoutNetwork: boolean;
  readonly startedAt: number;
  /** When the grace of a pod that ends is over. */
  readonly stopDeadline: number | undefined;
  readonly life: PodLife;
  /** For their transition times. */
  readonly conditions: readonly PodCondition[];
  /** Undefined until it is prepared. */
  readonly prepared: PreparedState | undefined;
  /** The current or last run of each container that has one. */
  readonly runs: ReadonlyMap<string, RunState>;
}

export interface PreparedState {
  readonly sandbox: Sandbox;
  readonly volumes: readonly PreparedVolume[];
}

export interface RunState {
  readonly attempt: number;
  readonly startedAt: number;
  /** As its container named the image when it was started. */
  readonly imageName: string;
  readonly imageDigest: string;
  readonly process: RunProcess;
}

/** A `RuntimeContainer` without what follows from its pod and its attempt. */
export interface RunProcess {
  readonly dir: string;
  readonly pid: number;
  readonly startTime: number;
}
