import type { Finding } from '../core/finding.ts';
import type { Image } from '../image/image.ts';
import type { Container, Pod } from '../kube/pod.ts';
import type { Confinement, ContainerType } from './confinement.ts';
import type { Platform } from './platform.ts';

/** A container in its place: `path` is where it stands in the pod, `['spec', 'initContainers', 0]`. */
export interface ContainerInPod {
  readonly type: ContainerType;
  readonly container: Container;
  readonly path: readonly (string | number)[];
}

/** What is asked of `confine()`. `image` is undefined when it cannot be had: root and no account are then assumed. */
export interface ConfineInput {
  readonly pod: Pod;
  readonly container: ContainerInPod;
  readonly image: Image | undefined;
  readonly platform: Platform;
  /** The pod's first host id, once it has a range (`hostUsers: false`). */
  readonly hostId?: number;
}

/** The confinement, and what its author should know: implicit root, capabilities without effect, what is not carried out. */
export interface Confined {
  readonly confinement: Confinement;
  readonly findings: readonly Finding[];
}

/** The kubelet's verdict before the container starts, with its reason and exact message. */
export type StartVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: StartRefusal; readonly message: string };

export type StartRefusal =
  | 'CreateContainerConfigError'
  | 'CreateContainerError'
  | 'RunContainerError'
  | 'InvalidImageName'
  | 'ErrImageNeverPull'
  | 'FailedCreatePodSandbox';

/** STUB while the parts are being built: the owner of confinement/ replaces this file's bodies. */
export declare function confine(input: ConfineInput): Confined;
export declare function startVerdict(input: ConfineInput): StartVerdict;
export declare function containersOf(pod: Pod): readonly ContainerInPod[];
