import type { UnpackedImage } from '../image/image.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { Engine } from '../runtime/engine.ts';
import type { Clock } from './clock.ts';
import type { Allocatable } from './env/downward.ts';
import type { Gate } from './gate.ts';
import type { ClusterDns } from './resolv-conf.ts';

/** Everything that a node needs of the world. */
export interface NodePorts {
  readonly engine: Engine;
  readonly images: ImagePort;
  readonly lookup: ObjectLookup;
  readonly dirs: NodeDirs;
  readonly clock: Clock;
  /** `spec.nodeName` of its pods. */
  readonly nodeName: string;
  /** The address that pods are told as their host's; undefined when there is none. */
  readonly hostIP: string | undefined;
  /** Undefined: pods get the node's own name servers. */
  readonly clusterDns: ClusterDns | undefined;
  /** The variables that tell of the services of a namespace (`WEB_SERVICE_HOST`, ...); empty without services. */
  readonly serviceEnv: (namespace: string) => ReadonlyMap<string, string>;
  /** What a container without limits is told by the downward API. */
  readonly allocatable: Allocatable;
  /** Bounds the heavy steps (images, sandboxes, container creation) over all pods of the node. */
  readonly gate: Gate;
}

/** Absolute paths: `DIR/lib` and `DIR/run` of DESIGN's disk layout. */
export interface NodeDirs {
  readonly lib: string;
  readonly run: string;
}

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** Where images come from: the store, and behind it registries. */
export interface ImagePort {
  resolve(reference: string, pullPolicy: PullPolicy, signal?: AbortSignal): Promise<ImageResolution>;
}

export type ImageResolution =
  | { readonly ok: true; readonly image: UnpackedImage }
  | { readonly ok: false; readonly reason: ImageRefusal; readonly message: string };

/** Kubernetes' waiting reasons for a container without its image. */
export type ImageRefusal = 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName' | 'ImageInspectError';
