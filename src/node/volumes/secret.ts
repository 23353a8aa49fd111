import type { KeyToPath, SecretVolumeSource } from '../../kube/volume.ts';
import { secretData } from '../object-data.ts';
import { writeAtomically } from './atomic-writer.ts';
import { type PayloadFile, payloadOf } from './payload.ts';
import { namespaceOf, type PreparedVolume, type VolumeContext } from './prepared-volume.ts';
import { makeMemoryDirectory } from './volume-directory.ts';

/** `secret`: its keys as files, in memory. */
export async function prepareSecret(
  context: VolumeContext,
  name: string,
  source: SecretVolumeSource,
): Promise<PreparedVolume> {
  const files = secretFiles(context, source.secretName ?? '', source, source.defaultMode ?? 0o644);
  const root = makeMemoryDirectory(context.volumesDir, name);
  await writeAtomically(root, files, context.clock.now());
  return { name, root, path: '', idMapped: true, ownership: 'fsGroup-read-only', honoursChangePolicy: false };
}

/** The files of a Secret, in a volume of its own or projected. */
export function secretFiles(
  context: VolumeContext,
  secretName: string,
  source: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  defaultMode: number,
): readonly PayloadFile[] {
  const found = context.lookup.secret(namespaceOf(context), secretName);
  if (found !== undefined) return payloadOf('secret', secretData(found), source, defaultMode);
  if (source.optional === true) return [];
  throw new Error(`secret "${secretName}" not found`);
}
