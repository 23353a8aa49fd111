import type { PersistentVolume, PersistentVolumeClaim } from '../../kube/references.ts';
import { isApiError } from '../../kube/status.ts';
import type { ControllerContext } from '../controller.ts';
import { keyOf } from '../object-key.ts';
import { localProvisioner, localStorageClass, provisionedBy, volumeFinalizer } from './storage-class.ts';

/** Why the claim gets no volume made for it; undefined when it can. */
export function provisioningRefusal({ spec }: PersistentVolumeClaim): ProvisioningRefusal | undefined {
  const { storageClassName, selector, volumeMode } = spec;
  if (storageClassName === '')
    return {
      type: 'Normal',
      reason: 'FailedBinding',
      message: 'no persistent volumes available for this claim and no storage class is set',
    };
  if (storageClassName !== undefined && storageClassName !== localStorageClass)
    return failed(`storageclass.storage.k8s.io "${storageClassName}" not found`);
  if (selector !== undefined) return failed('claim.spec.selector is not supported for dynamic provisioning');
  if (volumeMode === 'Block')
    return failed(`${localStorageClass} provisions directories: volumeMode Block is not supported`);
  return undefined;
}

export interface ProvisioningRefusal {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'FailedBinding' | 'ProvisioningFailed';
  readonly message: string;
}

function failed(message: string): ProvisioningRefusal {
  return { type: 'Warning', reason: 'ProvisioningFailed', message };
}

/** A directory belongs to a claim's name: the volume of an earlier claim of that name must be gone first. */
export function volumeInTheWay(
  { api, settings }: ControllerContext,
  claim: PersistentVolumeClaim,
): PersistentVolume | undefined {
  const path = directoryOf(settings.claimsDir, claim);
  return api
    .list('PersistentVolume')
    .find((it) => it.spec.hostPath?.path === path && it.metadata.name !== volumeName(claim));
}

function directoryOf(claimsDir: string, claim: PersistentVolumeClaim): string {
  return `${claimsDir}/${keyOf(claim)}`;
}

function volumeName({ metadata }: PersistentVolumeClaim): string {
  return `pvc-${metadata.uid ?? ''}`;
}

/** Makes the volume of the claim's own directory, set aside for it; the kubelet makes the directory when it mounts it. */
export async function provisionVolume(
  { api, settings, recorder }: ControllerContext,
  claim: PersistentVolumeClaim,
): Promise<PersistentVolume> {
  const name = volumeName(claim);
  const { namespace = '', name: claimName = '', uid = '' } = claim.metadata;
  const volume: PersistentVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { [provisionedBy]: localProvisioner }, finalizers: [volumeFinalizer] },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '0' },
      accessModes: claim.spec.accessModes ?? ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: localStorageClass,
      volumeMode: 'Filesystem',
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name: claimName, uid, apiVersion: 'v1' },
      hostPath: { path: directoryOf(settings.claimsDir, claim), type: 'DirectoryOrCreate' },
    },
  };
  try {
    const created = await api.create('PersistentVolume', volume);
    const message = `Successfully provisioned volume ${name}`;
    recorder.record({ about: claim, type: 'Normal', reason: 'ProvisioningSucceeded', message });
    return created;
  } catch (error) {
    const present = api.get('PersistentVolume', '', name);
    if (present === undefined || !isApiError(error, 'AlreadyExists')) throw error;
    return present;
  }
}
