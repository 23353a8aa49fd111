import type { Volume } from '../../kube/pod.ts';
import { writeAtomically } from './atomic-writer.ts';
import { configMapFiles } from './config-map.ts';
import { downwardFiles } from './downward-api.ts';
import { giveToFsGroup } from './give-to-fs-group.ts';
import type { PayloadFile } from './payload.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';
import { projectedFilesOf } from './projected.ts';
import { secretFiles } from './secret.ts';

/**
 * Lets the volumes that are made of data show it as it is now. One whose object is gone keeps what it has, as on a
 * kubelet, and its pod is told with an event.
 */
export async function refreshVolumes(
  context: VolumeContext,
  prepared: ReadonlyMap<string, PreparedVolume>,
): Promise<void> {
  for (const volume of context.pod.spec.volumes ?? []) {
    const made = prepared.get(volume.name);
    if (made === undefined || context.signal.aborted) continue;
    try {
      const files = await dataOf(context, volume, made);
      if (files === undefined) continue;
      await writeAtomically(made.root, files, context.clock.now(), (versionDir) =>
        giveToFsGroup(context, { ...made, root: versionDir }),
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`;
      context.record('Warning', 'FailedMount', message);
    }
  }
}

/** Undefined for a volume that is not made of data, and for one that may not change. */
async function dataOf(
  context: VolumeContext,
  { configMap, secret, downwardAPI, projected }: Volume,
  { root }: PreparedVolume,
): Promise<readonly PayloadFile[] | undefined> {
  if (configMap !== undefined) return configMapFiles(context, configMap, configMap.defaultMode ?? 0o644);
  if (secret !== undefined)
    return secretFiles(context, secret.secretName ?? '', secret, secret.defaultMode ?? 0o644);
  if (downwardAPI !== undefined)
    return downwardFiles(context, downwardAPI.items ?? [], downwardAPI.defaultMode ?? 0o644);
  return projected === undefined ? undefined : projectedFilesOf(context, projected, root);
}
