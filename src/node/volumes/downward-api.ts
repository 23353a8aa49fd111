import type { DownwardAPIVolumeFile, DownwardAPIVolumeSource } from '../../kube/volume.ts';
import { downwardField, downwardResource } from '../env/downward.ts';
import { writeAtomically } from './atomic-writer.ts';
import type { PayloadFile } from './payload.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';
import { makeDiskDirectory } from './volume-directory.ts';

/** `downwardAPI`: fields of the pod as files. */
export async function prepareDownwardApi(
  context: VolumeContext,
  name: string,
  source: DownwardAPIVolumeSource,
): Promise<PreparedVolume> {
  const files = downwardFiles(context, source.items ?? [], source.defaultMode ?? 0o644);
  const root = makeDiskDirectory(context.volumesDir, name);
  await writeAtomically(root, files, context.clock.now());
  return { name, root, path: '', idMapped: true, ownership: 'fsGroup-read-only', honoursChangePolicy: false };
}

/** The files of a downwardAPI source, in a volume of its own or projected. */
export function downwardFiles(
  context: VolumeContext,
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number,
): readonly PayloadFile[] {
  return items.map((item) => ({
    path: item.path,
    data: Buffer.from(downwardText(context, item), 'utf8'),
    mode: item.mode ?? defaultMode,
  }));
}

function downwardText(context: VolumeContext, item: DownwardAPIVolumeFile): string {
  if (item.fieldRef !== undefined) {
    const text = downwardField(context.facts, item.fieldRef.fieldPath);
    if (text === undefined) throw new Error(`unsupported fieldPath: ${item.fieldRef.fieldPath}`);
    return text;
  }
  if (item.resourceFieldRef === undefined) return '';
  const resource = downwardResource(context.facts, 'volume', item.resourceFieldRef);
  if (!resource.ok) throw new Error(resource.message);
  return resource.value;
}
