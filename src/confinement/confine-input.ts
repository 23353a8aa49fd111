import type { FieldPath } from '../core/field-path.ts';
import type { Image } from '../image/image.ts';
import type { Container, Pod } from '../kube/pod.ts';
import type { ContainerType } from './confinement.ts';
import type { Platform } from './platform.ts';

/** A container in its place: `path` is where it stands in the pod, `['spec', 'initContainers', 0]`. */
export interface ContainerInPod {
  readonly type: ContainerType;
  readonly container: Container;
  readonly path: FieldPath;
}

/** What is asked of `confine()`. `image` is undefined when it cannot be had: root and no account are then assumed. */
export interface ConfineInput {
  /** With the defaults that the API server fills in (`applyDefaults`). */
  readonly pod: Pod;
  readonly container: ContainerInPod;
  readonly image: Image | undefined;
  readonly platform: Platform;
  /** The pod's first host id, once it has a range (`hostUsers: false`). */
  readonly hostId?: number;
  /** A network namespace with nothing but loopback. Kubernetes has no field for it; `podproof run --network none` has. */
  readonly withoutNetwork?: boolean;
}
