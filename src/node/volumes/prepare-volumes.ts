import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { volumeKindOf } from '../../confinement/volume-mounts.ts';
import { messageOf } from '../../core/errors.ts';
import type { Volume } from '../../kube/pod.ts';
import type { VolumeKind } from '../../kube/volume.ts';
import { unmountTree } from '../../linux/mounts.ts';
import { Refusal } from '../refusal.ts';
import { prepareConfigMap } from './config-map.ts';
import { prepareDownwardApi } from './downward-api.ts';
import { prepareEmptyDir } from './empty-dir.ts';
import { giveToFsGroup } from './give-to-fs-group.ts';
import { prepareHostPath } from './host-path.ts';
import { prepareImageVolume } from './image-volume.ts';
import { preparePersistentVolumeClaim } from './persistent-volume-claim.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';
import { prepareProjected } from './projected.ts';
import { prepareSecret } from './secret.ts';

type Prepare = (context: VolumeContext, volume: Volume) => Promise<PreparedVolume>;

/** The kinds that are carried out. Any other is refused by name. */
const kinds: Readonly<Partial<Record<VolumeKind, Prepare>>> = Object.freeze({
  emptyDir: (context, { name, emptyDir }) => prepareEmptyDir(context, name, emptyDir ?? {}),
  configMap: (context, { name, configMap }) => prepareConfigMap(context, name, configMap ?? {}),
  secret: (context, { name, secret }) => prepareSecret(context, name, secret ?? {}),
  downwardAPI: (context, { name, downwardAPI }) => prepareDownwardApi(context, name, downwardAPI ?? {}),
  projected: (context, { name, projected }) => prepareProjected(context, name, projected ?? {}),
  hostPath: (_, { name, hostPath }) => prepareHostPath(name, hostPath ?? { path: '' }),
  persistentVolumeClaim: (context, { name, persistentVolumeClaim }) =>
    preparePersistentVolumeClaim(context, name, persistentVolumeClaim ?? { claimName: '' }),
  image: (context, { name, image }) => prepareImageVolume(context, name, image ?? {}),
} satisfies Partial<Record<VolumeKind, Prepare>>);

/**
 * Makes all volumes of the pod that are not `made` yet and gives them to its `fsGroup`. The first that cannot be made
 * refuses the pod, with the kubelet's `FailedMount` text, and can be made anew.
 */
export async function prepareVolumes(
  context: VolumeContext,
  made: Map<string, PreparedVolume> = new Map<string, PreparedVolume>(),
): Promise<ReadonlyMap<string, PreparedVolume>> {
  mkdirSync(context.volumesDir, { recursive: true });
  chmodSync(context.volumesDir, 0o700);
  for (const volume of context.pod.spec.volumes ?? []) {
    if (made.has(volume.name)) continue;
    try {
      made.set(volume.name, await prepareVolume(context, volume));
    } catch (error) {
      // The next attempt mounts its own.
      unmountTree(join(context.volumesDir, volume.name));
      throw new Refusal(
        'FailedMount',
        `MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(error)}`,
      );
    }
  }
  return made;
}

async function prepareVolume(context: VolumeContext, volume: Volume): Promise<PreparedVolume> {
  const kind = volumeKindOf(volume) ?? 'emptyDir';
  const prepare = kinds[kind];
  if (prepare === undefined) throw new Error(`podproof does not carry out volumes of kind ${kind}`);
  const prepared = await prepare(context, volume);
  await giveToFsGroup(context, prepared);
  return prepared;
}
