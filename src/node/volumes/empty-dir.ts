import { bytesOf } from '../../kube/quantity.ts';
import type { EmptyDirVolumeSource } from '../../kube/volume.ts';
import { memoryVolumeBytes } from './memory-size.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';
import { makeDiskDirectory, makeMemoryDirectory } from './volume-directory.ts';

/**
 * `emptyDir`: a directory on disk, or a tmpfs for `medium: Memory`. On disk a `sizeLimit` is watched, in memory the
 * kernel keeps it.
 */
export async function prepareEmptyDir(
  context: VolumeContext,
  name: string,
  source: EmptyDirVolumeSource,
): Promise<PreparedVolume> {
  const { medium = '' } = source;
  const limitBytes = bytesOf(source.sizeLimit) ?? 0;
  const base = { name, path: '', idMapped: true, ownership: 'fsGroup', honoursChangePolicy: false } as const;
  if (medium === '') {
    const root = makeDiskDirectory(context.volumesDir, name);
    if (limitBytes <= 0) return { ...base, root };
    return { ...base, root, sizeLimit: { bytes: limitBytes, text: String(source.sizeLimit) } };
  }
  if (medium !== 'Memory') throw new Error(`podproof does not carry out emptyDir.medium "${medium}"`);
  const { memoryBytes } = context.facts.allocatable;
  const sizeBytes = memoryVolumeBytes(context.pod, source.sizeLimit, memoryBytes);
  return { ...base, root: makeMemoryDirectory(context.volumesDir, name, sizeBytes) };
}
