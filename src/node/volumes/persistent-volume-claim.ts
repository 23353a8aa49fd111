import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';
import type { ObjectLookup, PersistentVolume, PersistentVolumeClaim } from '../../kube/references.ts';
import { prepareHostPath } from './host-path.ts';
import { namespaceOf, type PreparedVolume, type VolumeContext } from './prepared-volume.ts';

interface ClaimSource {
  readonly claimName: string;
  readonly readOnly?: boolean;
}

/**
 * `persistentVolumeClaim`: the directory of the volume that it is bound to, or where no volumes are known a directory of
 * this machine that outlives the pod, `claims/NAMESPACE/NAME`. Those that a node provisions are the same directories.
 */
export async function preparePersistentVolumeClaim(
  context: VolumeContext,
  name: string,
  source: ClaimSource,
): Promise<PreparedVolume> {
  const namespace = namespaceOf(context);
  const { claimName } = source;
  const claim = context.lookup.persistentVolumeClaim(namespace, claimName);
  if (claim === undefined) throw new Error(`persistentvolumeclaim "${claimName}" not found`);
  if (claim.spec.volumeMode === 'Block')
    throw new Error(`podproof does not carry out volumeMode Block (claim "${claimName}")`);
  const { hostPath, local } = volumeOf(context.lookup, claim)?.spec ?? {};
  const own = join(context.claimsDir, namespace, claimName);
  if (local !== undefined) {
    await checkLocal(local.path);
    return directory(name, local.path, source);
  }
  if (hostPath !== undefined && hostPath.path !== own) return prepareHostPath(name, hostPath);
  // Pods' users own what is in it, and others of the same numbers on this machine are none of them.
  await mkdir(context.claimsDir, { recursive: true, mode: 0o700 });
  await mkdir(own, { recursive: true, mode: 0o755 });
  return directory(name, own, source);
}

/** Undefined where volumes are not known. Errors are the kubelet's. */
function volumeOf(lookup: ObjectLookup, claim: PersistentVolumeClaim): PersistentVolume | undefined {
  if (lookup.persistentVolume === undefined) return undefined;
  const { namespace = '', name = '' } = claim.metadata;
  const { volumeName = '' } = claim.spec;
  if (volumeName === '' || claim.status?.phase !== 'Bound')
    throw new Error(`error processing PVC ${namespace}/${name}: PVC is not bound`);
  const volume = lookup.persistentVolume(volumeName);
  if (volume === undefined)
    throw new Error(
      `error processing PVC ${namespace}/${name}: failed to fetch PV ${volumeName} from API server: persistentvolumes "${volumeName}" not found`,
    );
  if (volume.spec.hostPath === undefined && volume.spec.local === undefined)
    throw new Error(
      `podproof mounts only hostPath and local volumes, and PersistentVolume "${volumeName}" is neither`,
    );
  return volume;
}

async function checkLocal(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') throw new Error(`path "${path}" does not exist`, { cause: error });
    throw error;
  }
  throw new Error(`path "${path}" is not a directory: podproof does not mount block devices`);
}

function directory(name: string, root: string, { readOnly }: ClaimSource): PreparedVolume {
  return {
    name,
    root,
    path: '',
    idMapped: true,
    // Upstream changes nothing in what the pod may only read.
    ownership: readOnly === true ? 'untouched' : 'fsGroup',
    honoursChangePolicy: true,
  };
}
