import { selectorMatches } from '../../kube/label-selector.ts';
import { bytesOf } from '../../kube/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../kube/references.ts';

/** Whether the volume is the claim's: bound to it, or set aside for it by name. */
export function isReservedFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  return (
    claimRef !== undefined &&
    claimRef.namespace === metadata.namespace &&
    claimRef.name === metadata.name &&
    (claimRef.uid === undefined || claimRef.uid === metadata.uid)
  );
}

/** The volume that the claim gets: one that is set aside for it, else the smallest that has what it asks for. */
export function matchVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume | undefined {
  const usable = volumes.filter((it) => it.metadata.deletionTimestamp === undefined);
  const reserved = usable.find((it) => isReservedFor(it, claim));
  if (reserved !== undefined) return reserved;
  return usable
    .filter((it) => it.spec.claimRef === undefined && offers(it, claim))
    .sort((a, b) => sizeOf(a) - sizeOf(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))[0];
}

function sizeOf({ spec }: PersistentVolume): number {
  return bytesOf(spec.capacity?.['storage']) ?? 0;
}

function offers(volume: PersistentVolume, { spec }: PersistentVolumeClaim): boolean {
  const modes = volume.spec.accessModes ?? [];
  return (
    (spec.accessModes ?? []).every((it) => modes.includes(it)) &&
    sizeOf(volume) >= (bytesOf(spec.resources?.requests?.['storage']) ?? 0) &&
    (volume.spec.storageClassName ?? '') === (spec.storageClassName ?? '') &&
    (volume.spec.volumeMode ?? 'Filesystem') === (spec.volumeMode ?? 'Filesystem') &&
    (spec.selector === undefined || selectorMatches(spec.selector, volume.metadata.labels ?? {}))
  );
}
