import { posix } from 'node:path';
import type { FieldPath } from '../core/field-path.ts';
import { byDefault, fromManifest } from '../core/sourced.ts';
import type { Volume, VolumeMount } from '../kube/pod.ts';
import type { VolumeKind } from '../kube/volume.ts';
import type { ConfineInput } from './confine-input.ts';
import type { ConfinedMount } from './confinement.ts';
import { perPod } from './per-pod.ts';
import { isTokenVolume } from './service-account-token.ts';

/** Kinds whose content the node writes: a container never can. */
const readOnlyKinds: readonly VolumeKind[] = ['configMap', 'secret', 'downwardAPI', 'projected', 'image'];

const none: readonly never[] = Object.freeze([]);
const tokenOrigin = byDefault('kubernetes', 'automountServiceAccountToken');
const propagations = { None: 'private', HostToContainer: 'slave', Bidirectional: 'shared' } as const;

/** The mounts of `container.volumeMounts`. One that names no volume of the pod is left out: validation refuses it. */
export function volumeMounts({ pod, container: placed, platform }: ConfineInput): readonly ConfinedMount[] {
  const { container, path } = placed;
  if (container.volumeMounts === undefined) return none;
  const volumes = volumesByName(pod, platform);
  // Later ones win, as the later of two mounts hides the earlier.
  const mounts = new Map<string, ConfinedMount>();
  for (const [index, mount] of container.volumeMounts.entries()) {
    const found = volumes.get(mount.name);
    if (found === undefined) continue;
    const confined = volumeMount({ ...found, mount, index, path: [...path, 'volumeMounts', index] });
    mounts.set(confined.destination, confined);
  }
  return [...mounts.values()];
}

interface FoundVolume {
  readonly volume: Volume;
  readonly kind: VolumeKind;
}

/** Those that say what they are; of two with the same name the first. */
const volumesByName = perPod(({ spec }): ReadonlyMap<string, FoundVolume> => {
  const volumes = new Map<string, FoundVolume>();
  for (const volume of spec.volumes ?? []) {
    const kind = volumeKindOf(volume);
    if (kind !== undefined && !volumes.has(volume.name)) volumes.set(volume.name, { volume, kind });
  }
  return volumes;
});

/** The member that says what a volume is; undefined when it has none. */
export function volumeKindOf(volume: Volume): VolumeKind | undefined {
  return Object.keys(volume).find(
    (key): key is VolumeKind => key !== 'name' && Reflect.get(volume, key) !== undefined,
  );
}

interface MountOfVolume extends FoundVolume {
  readonly mount: VolumeMount;
  readonly index: number;
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
    data: none,
    from: isTokenVolume(volume.name) ? tokenOrigin : fromManifest(...path),
  };
}

const plainPath = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

/** Absolute, without `.`, `..`, double or trailing slashes: `data/` is `/data`. */
export function cleanPath(path: string): string {
  if (plainPath.test(path)) return path;
  const clean = posix.normalize(`/${path}`);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}
