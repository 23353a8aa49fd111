import type { ProjectedVolumeSource, VolumeProjection } from '../../kube/volume.ts';
import { writeAtomically } from './atomic-writer.ts';
import { configMapFiles } from './config-map.ts';
import { downwardFiles } from './downward-api.ts';
import type { PayloadFile } from './payload.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';
import { secretFiles } from './secret.ts';
import { clusterRootConfigMap, serviceAccountTokenFile } from './service-account-token.ts';
import { makeMemoryDirectory } from './volume-directory.ts';

/** `projected`: several sources in one directory, in memory; a path that two sources name belongs to the later one. */
export async function prepareProjected(
  context: VolumeContext,
  name: string,
  source: ProjectedVolumeSource,
): Promise<PreparedVolume> {
  const files = await projectedFilesOf(context, source);
  const root = makeMemoryDirectory(context.volumesDir, name);
  await writeAtomically(root, files, context.clock.now());
  return { name, root, path: '', idMapped: true, ownership: 'fsGroup-read-only', honoursChangePolicy: false };
}

/** The files of all its sources. `root` is where the volume lies already: its token stays while it is good. */
export async function projectedFilesOf(
  context: VolumeContext,
  source: ProjectedVolumeSource,
  root?: string,
): Promise<readonly PayloadFile[]> {
  const defaultMode = source.defaultMode ?? 0o644;
  const files = new Map<string, PayloadFile>();
  for (const projection of source.sources ?? [])
    for (const file of await projectedFiles(context, projection, defaultMode, root))
      files.set(file.path, file);
  return [...files.values()];
}

async function projectedFiles(
  context: VolumeContext,
  projection: VolumeProjection,
  defaultMode: number,
  root: string | undefined,
): Promise<readonly PayloadFile[]> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  if (configMap !== undefined) {
    const lookup = clusterRootConfigMap(context);
    return configMapFiles({ ...context, lookup }, configMap, defaultMode);
  }
  if (secret !== undefined) return secretFiles(context, secret.name ?? '', secret, defaultMode);
  if (downwardAPI !== undefined) return downwardFiles(context, downwardAPI.items ?? [], defaultMode);
  if (serviceAccountToken !== undefined)
    return [await serviceAccountTokenFile(context, serviceAccountToken, defaultMode, root)];
  const [kind = 'source'] = Object.keys(projection);
  throw new Error(`podproof does not carry out projected ${kind}`);
}
