import type { Pod } from '../../kube/pod.ts';
import type { ObjectLookup } from '../../kube/references.ts';
import type { Clock } from '../clock.ts';
import type { DownwardFacts } from '../env/downward.ts';
import type { ImagePort } from '../node-ports.ts';
import type { RecordEvent } from '../running-pod.ts';

/** A volume that is there: bind `path` below `root`. */
export interface PreparedVolume {
  readonly name: string;
  /** A directory; whatever a container's `subPath` names is looked up without leaving `root`/`path`. */
  readonly root: string;
  /** Below `root`; empty: `root` itself. */
  readonly path: string;
  /** False for what shows the pod's ids already. */
  readonly idMapped: boolean;
  /**
   * The kubelet gives the volume's files to `fsGroup`, without write permission where containers only read; not what
   * belongs to the host or to an image, nor a claim that the pod only reads.
   */
  readonly ownership: 'fsGroup' | 'fsGroup-read-only' | 'untouched';
  /** True for the store's own files: no `subPath` is made in them. */
  readonly isImmutable?: boolean;
  /** emptyDir ignores `fsGroupChangePolicy`. */
  readonly honoursChangePolicy: boolean;
  /** A directory on disk that may not outgrow this. */
  readonly sizeLimit?: { readonly bytes: number; readonly text: string };
}

/** What the volume kinds need. */
export interface VolumeContext {
  readonly pod: Pod;
  /** An existing directory of the pod's own for all its volumes. */
  readonly volumesDir: string;
  /** `lib/claims`. */
  readonly claimsDir: string;
  readonly lookup: ObjectLookup;
  readonly facts: DownwardFacts;
  readonly images: Pick<ImagePort, 'resolve'>;
  readonly clock: Clock;
  /** The pod's user namespace, when it has its own. */
  readonly userNamespacePath: string | undefined;
  /** `lib`: where the key for service account tokens lies. */
  readonly libDir: string;
  readonly record: RecordEvent;
  /** Aborted when the pod ends before it is made. */
  readonly signal: AbortSignal;
}

/** The namespace of everything that the pod refers to. */
export function namespaceOf(context: Pick<VolumeContext, 'pod'>): string {
  return context.pod.metadata.namespace ?? 'default';
}
