import type { UnpackedImage } from '../image/image.ts';
import type { RegistryCredentials } from '../image/registry-options.ts';
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
  /** As a command wants it: what is loaded is used whatever the policy says, what is not is pulled unless it is `Never`. */
  resolve(reference: string, pullPolicy: PullPolicy, signal?: AbortSignal): Promise<ImageResolution>;
  /** What is loaded under a name or a digest. */
  find(reference: string): UnpackedImage | undefined;
  /**
   * Asks the registry what the name stands for now, and loads what is missing of it. The same pull is made once for all
   * who wait for it. Rejects with a `PodproofError`; one with the code `internal` is a defect.
   */
  pull(reference: string, credentials?: RegistryCredentials): Promise<PulledImage>;
  /** True: no registry is asked for anything. */
  readonly isOffline: boolean;
}

export interface PulledImage {
  readonly image: UnpackedImage;
  readonly sizeBytes: number;
  /** Without the wait for its turn. */
  readonly pullMs: number;
}

export type ImageResolution =
  | { readonly ok: true; readonly image: UnpackedImage }
  | {
      readonly ok: false;
      readonly reason: ImageRefusal;
      readonly message: string;
      /** When it is worth another look; when that of any refused container is, if left out. */
      readonly retryMs?: number;
      /** True: an event has told the message already. */
      readonly isTold?: boolean;
    };

/** Kubernetes' waiting reasons for a container without its image. */
export type ImageRefusal =
  | 'ErrImagePull'
  | 'ImagePullBackOff'
  | 'ErrImageNeverPull'
  | 'InvalidImageName'
  | 'ImageInspectError';
