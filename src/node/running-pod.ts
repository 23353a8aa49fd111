import type { Confinement, ContainerType } from '../confinement/confinement.ts';
import type { Finding } from '../core/finding.ts';
import type { UnpackedImage } from '../image/image.ts';
import type { Container, Pod } from '../kube/pod.ts';
import type { ContainerStatus, PodStatus } from '../kube/pod-status.ts';
import type { RuntimeContainer, Sandbox } from '../runtime/engine.ts';
import type { BackOffRule } from './back-off.ts';

/** A pod from its start until `stop()` has taken everything of it away. */
export interface RunningPod {
  /** As it is run: with its uid and its service account token. */
  readonly pod: Pod;
  /** Where everything of it lies; gone after `stop()`. */
  readonly dir: string;
  /** About the pod as a whole. */
  readonly findings: readonly Finding[];
  /** The last 100 events, oldest first, in Kubernetes' words. */
  readonly events: readonly PodEventRecord[];
  /** Undefined until it is made, and when the pod is refused. */
  readonly sandbox: Sandbox | undefined;
  status(): PodStatus;
  /** In the order of their start: init containers, main containers, ephemeral ones. */
  containers(): readonly RunningContainer[];
  /** Calls back after every change; returns the way to unsubscribe. */
  subscribe(listener: () => void): () => void;
  /**
   * True once the goal is reached, false when it cannot be any more or the time is over. Rejects only for a defect of
   * podproof. `timeoutMs` undefined: no limit.
   */
  waitUntil(goal: PodGoal, timeoutMs?: number, signal?: AbortSignal): Promise<boolean>;
  /**
   * Ends the pod and takes away all that it had. `graceSeconds` replaces the pod's own; 0 kills at once, without preStop.
   * A second call with 0 hurries the first one.
   */
  stop(graceSeconds?: number): Promise<void>;
  /**
   * The pod as the API has it now. Of what may change in a pod's life this is carried out: images (their containers are
   * started again), further ephemeral containers, `activeDeadlineSeconds`, labels and annotations.
   */
  update(pod: Pod): void;
  /**
   * Something that the pod refers to was made or changed: what was refused for want of it is tried again at once, and
   * volumes made of ConfigMaps, Secrets and the pod's own fields show what is true now.
   */
  refresh(): void;
  /**
   * Ends the processes and takes the sandbox away; directory, volumes, logs and the story of its containers stay, for
   * `adoptPods` to begin again from.
   */
  halt(graceSeconds?: number): Promise<void>;
  /** This process no longer looks after the pod, which goes on; `adoptPods` of another one takes over. */
  release(): Promise<void>;
}

/**
 * - `ready`: all containers are ready, by their probes
 * - `settled`: nothing moves: every container is up, waits with a reason, or has ended for good
 * - `finished`: the pod is over, or refused
 */
export type PodGoal = 'ready' | 'settled' | 'finished' | ((status: PodStatus) => boolean);

export interface RunningContainer {
  readonly name: string;
  readonly type: ContainerType;
  readonly container: Container;
  /** Also for one that is refused; undefined until the pod's images are there. */
  readonly confinement: Confinement | undefined;
  readonly findings: readonly Finding[];
  readonly image: UnpackedImage | undefined;
  /** Of the current or last run. */
  readonly runtimeContainer: RuntimeContainer | undefined;
  /** Of the current or last run, in CRI format. */
  readonly logPath: string;
  readonly status: ContainerStatus;
}

export interface PodEventRecord {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Undefined: about the pod. */
  readonly container: string | undefined;
  readonly at: number;
}

/** Adds an event; without a container it is about the pod. */
export type RecordEvent = (
  type: PodEventRecord['type'],
  reason: string,
  message: string,
  container?: string,
) => void;

export interface PodOptions {
  /** A network namespace with nothing but loopback. */
  readonly withoutNetwork?: boolean;
  /** The kubelet's by default. */
  readonly backOff?: BackOffRule;
  /** How long a refused container waits for its next attempt; by default its refusal is final. */
  readonly retryRefusedMs?: number;
  /** Of images that could not be pulled, where a node keeps the pod; the kubelet's by default. */
  readonly imageBackOff?: BackOffRule;
  /** How often the disk usage of emptyDir volumes with a sizeLimit is looked at; 10 s by default. */
  readonly volumeCheckMs?: number;
  /**
   * Who looks after it when this process is dead: nobody (default: the next command takes it away), or the node of this
   * root, which adopts it.
   */
  readonly keeper?: 'process' | 'node';
  /** Every event, also those that are no longer in `events`. */
  readonly onEvent?: (event: PodEventRecord) => void;
}
