import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultPullPolicy } from '../../kube/default-pull-policy.ts';
import { mountOverlay } from '../../linux/mount-overlay.ts';
import { bindTree } from '../../linux/mounts.ts';
import type { PullPolicy } from '../node-ports.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';

/** `image`: the files of an image, read-only. Several layers are put over each other; one is used as it is. */
export async function prepareImageVolume(
  context: VolumeContext,
  name: string,
  source: { readonly reference?: string; readonly pullPolicy?: PullPolicy },
): Promise<PreparedVolume> {
  const { reference = '' } = source;
  const pullPolicy = source.pullPolicy ?? defaultPullPolicy(reference);
  const resolved = await context.images.resolve(reference, pullPolicy, context.signal);
  if (!resolved.ok) throw new Error(resolved.message);
  const { layerDirs } = resolved.image;
  const [only] = layerDirs;
  const base = {
    name,
    path: '',
    idMapped: true,
    ownership: 'untouched',
    honoursChangePolicy: false,
    isImmutable: true,
  } as const;
  if (layerDirs.length === 1 && only !== undefined) return { ...base, root: only };
  const root = join(context.volumesDir, name);
  await mkdir(root, { recursive: true });
  if (layerDirs.length === 0) return { ...base, root };
  const lower = await mappedLayers(context, name, layerDirs);
  mountOverlay({ lower, target: root });
  return { ...base, root, idMapped: context.userNamespacePath === undefined };
}

/** An overlay cannot be id-mapped, but its layers can. */
async function mappedLayers(
  context: VolumeContext,
  name: string,
  layerDirs: readonly string[],
): Promise<readonly string[]> {
  if (context.userNamespacePath === undefined) return layerDirs;
  const idMapFd = openSync(context.userNamespacePath, 'r');
  try {
    const dir = join(context.volumesDir, `${name}.layers`);
    await mkdir(dir, { recursive: true });
    return layerDirs.map((layerDir, index) => {
      const target = join(dir, String(index));
      bindTree({ root: layerDir, path: '', target, idMapFd, recursive: false, readOnly: true });
      return target;
    });
  } finally {
    closeSync(idMapFd);
  }
}
