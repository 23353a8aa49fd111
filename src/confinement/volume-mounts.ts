import { posix } from 'node:path';
import type { FieldPath } from '../core/field-path.ts';
import { byDefault, fromManifest } from '../core/sourced.ts';
import type { Volume, VolumeMount } from '../kube/pod.ts';
import type { VolumeKind } from '../kube/volume.ts';
import type { ConfineInput } from './confine-input.ts';
import type { ConfinedMount } from './confinement.ts';
import { isTokenVolume } from './service-account-token.ts';

/** Kinds whose content the node writes: a container never can. */
const readOnlyKinds: readonly VolumeKind[] = ['configMap', 'secret', 'downwardAPI', 'projected', 'image'];

const propagations = { None: 'private', HostToContainer: 'slave', Bidirectional: 'shared' } as const;

/** The mounts of `container.volumeMounts`. One that names no volume of the pod is left out: validation refuses it. */
export function volumeMounts({ pod, container: placed }: ConfineInput): readonly ConfinedMount[] {
  const { container, path } = placed;
  const mounts = (container.volumeMounts ?? []).flatMap((mount, index) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
    const kind = volume && volumeKindOf(volume);
    if (volume === undefined || kind === undefined) return [];
    const at = [...path, 'volumeMounts', index];
    return [volumeMount({ mount, index, volume, kind, path: at })];
  });
  // Later ones win, as the later of two mounts hides the earlier.
  return [...new Map(mounts.map((mount) => [mount.destination, mount])).values()];
}

/** The member that says what a volume is; undefined when it has none. */
export function volumeKindOf(volume: Volume): VolumeKind | undefined {
  const { name: _, ...source } = volume;
  return Object.keys(source).find((key): key is VolumeKind => Reflect.get(source, key) !== undefined);
}

interface MountOfVolume {
  readonly mount: VolumeMount;
  readonly index: number;
  readonly volume: Volume;
  readonly kind: VolumeKind;
  readonly path: FieldPath;
}

/**
 * Kubernetes' API promises an image's volume to be noexec, and neither runtime keeps that: containerd binds a plain
 * overlay, CRI-O puts a plain overlay over a mount that is noexec, and the kernel asks the upper one.
 */
function volumeMount({ mount, index, volume, kind, path }: MountOfVolume): ConfinedMount {
  const readOnly =
    mount.readOnly === true ||
    readOnlyKinds.includes(kind) ||
    volume.persistentVolumeClaim?.readOnly === true;
  const { subPath, subPathExpr, recursiveReadOnly = 'Disabled', mountPropagation = 'None' } = mount;
  return {
    destination: cleanPath(mount.mountPath),
    source: {
      kind: 'volume',
      index,
      volume: volume.name,
      volumeKind: kind,
      ...(subPath !== undefined && subPath !== '' && { subPath }),
      ...(subPathExpr !== undefined && subPathExpr !== '' && { subPathExpr }),
    },
    fsType: 'bind',
    readOnly,
    recursiveReadOnly: recursiveReadOnly !== 'Disabled' && mount.readOnly === true,
    nosuid: false,
    nodev: false,
    noexec: false,
    propagation: propagations[mountPropagation],
    data: [],
    from: isTokenVolume(volume.name)
      ? byDefault('kubernetes', 'automountServiceAccountToken')
      : fromManifest(...path),
  };
}

/** Absolute, without `.`, `..`, double or trailing slashes: `data/` is `/data`. */
export function cleanPath(path: string): string {
  const clean = posix.normalize(`/${path}`);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
