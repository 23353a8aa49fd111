import type { ConfigMapVolumeSource } from '../../kube/volume.ts';
import { configMapData } from '../object-data.ts';
import { writeAtomically } from './atomic-writer.ts';
import { type PayloadFile, payloadOf } from './payload.ts';
import { namespaceOf, type PreparedVolume, type VolumeContext } from './prepared-volume.ts';
import { makeDiskDirectory } from './volume-directory.ts';

/** `configMap`: its keys as files. */
export async function prepareConfigMap(
  context: VolumeContext,
  name: string,
  source: ConfigMapVolumeSource,
): Promise<PreparedVolume> {
  const files = configMapFiles(context, source, source.defaultMode ?? 0o644);
  const root = makeDiskDirectory(context.volumesDir, name);
  await writeAtomically(root, files, context.clock.now());
  return { name, root, path: '', idMapped: true, ownership: 'fsGroup-read-only', honoursChangePolicy: false };
}

/** The files of a ConfigMap, in a volume of its own or projected. */
export function configMapFiles(
  context: VolumeContext,
  source: ConfigMapVolumeSource,
  defaultMode: number,
): readonly PayloadFile[] {
  const { name = '' } = source;
  const found = context.lookup.configMap(namespaceOf(context), name);
  if (found !== undefined) return payloadOf('configmap', configMapData(found), source, defaultMode);
  if (source.optional === true) return [];
  throw new Error(`configmap "${name}" not found`);
}
