import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { namespaceOf, type PreparedVolume, type VolumeContext } from './prepared-volume.ts';

/** `persistentVolumeClaim`: a directory of this machine that outlives the pod, `claims/NAMESPACE/NAME`. */
export async function preparePersistentVolumeClaim(
  context: VolumeContext,
  name: string,
  source: { readonly claimName: string; readonly readOnly?: boolean },
): Promise<PreparedVolume> {
  const namespace = namespaceOf(context);
  const claim = context.lookup.persistentVolumeClaim(namespace, source.claimName);
  if (claim === undefined) throw new Error(`persistentvolumeclaim "${source.claimName}" not found`);
  if (claim.spec.volumeMode === 'Block')
    throw new Error(`podproof does not carry out volumeMode Block (claim "${source.claimName}")`);
  const root = join(context.claimsDir, namespace, source.claimName);
  await mkdir(root, { recursive: true, mode: 0o755 });
  return {
    name,
    root,
    path: '',
    idMapped: true,
    // Upstream changes nothing in what the pod may only read.
    ownership: source.readOnly === true ? 'untouched' : 'fsGroup',
    honoursChangePolicy: true,
  };
}
