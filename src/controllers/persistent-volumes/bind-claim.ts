import type { PersistentVolume, PersistentVolumeClaim } from '../../kube/references.ts';
import type { ControllerContext } from '../controller.ts';
import { isSameValue } from '../same-value.ts';
import { isReservedFor } from './match-volume.ts';
import { claimFinalizer, localStorageClass, provisionedBy, volumeFinalizer } from './storage-class.ts';

const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const bindCompleted = 'pv.kubernetes.io/bind-completed';

/** Binds both to each other, the volume first: a claim never says that it has what is another's. */
export async function bindClaim(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  const taken = await takeVolume(context, claim, volume.metadata.name ?? '');
  await writeVolumeName(context, claim, taken);
  const { accessModes, capacity } = taken.spec;
  await writeClaimStatus(context, claim, (status) => ({
    ...status,
    phase: 'Bound',
    ...(accessModes !== undefined && { accessModes }),
    ...(capacity !== undefined && { capacity }),
  }));
}

async function takeVolume(
  { api }: ControllerContext,
  { metadata }: PersistentVolumeClaim,
  name: string,
): Promise<PersistentVolume> {
  const { namespace = '', name: claimName = '', uid = '' } = metadata;
  const taken = await api.update('PersistentVolume', '', name, (current) => {
    const { claimRef } = current.spec;
    const isFree =
      claimRef === undefined ||
      (claimRef.name === claimName && claimRef.namespace === namespace && claimRef.uid === undefined);
    if (!isFree) return undefined;
    const annotations = {
      ...current.metadata.annotations,
      ...(claimRef === undefined && { [boundByController]: 'yes' }),
    };
    const finalizers = new Set([...(current.metadata.finalizers ?? []), volumeFinalizer]);
    return {
      ...current,
      metadata: { ...current.metadata, annotations, finalizers: [...finalizers] },
      spec: {
        ...current.spec,
        claimRef: { kind: 'PersistentVolumeClaim', namespace, name: claimName, uid, apiVersion: 'v1' },
      },
    };
  });
  if (taken?.spec.claimRef?.uid !== uid)
    throw new Error(`volume ${name} was bound to another claim than ${namespace}/${claimName}`);
  await api.update(
    'PersistentVolume',
    '',
    name,
    (current) =>
      current.status?.phase === 'Bound'
        ? undefined
        : { ...current, status: { ...current.status, phase: 'Bound' } },
    'status',
  );
  return taken;
}

async function writeVolumeName(
  { api }: ControllerContext,
  { metadata }: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  const volumeName = volume.metadata.name ?? '';
  await api.update('PersistentVolumeClaim', metadata.namespace ?? '', metadata.name ?? '', (current) => {
    if (current.metadata.uid !== metadata.uid || !isReservedFor(volume, current)) return undefined;
    const bound = current.spec.volumeName === undefined || current.spec.volumeName === '';
    const isLocal = volume.metadata.annotations?.[provisionedBy] !== undefined;
    const annotations = {
      ...current.metadata.annotations,
      [bindCompleted]: 'yes',
      ...(bound && { [boundByController]: 'yes' }),
    };
    const finalizers = [...new Set([...(current.metadata.finalizers ?? []), claimFinalizer])];
    const storageClassName = current.spec.storageClassName ?? (isLocal ? localStorageClass : undefined);
    const next: PersistentVolumeClaim = {
      ...current,
      metadata: { ...current.metadata, annotations, finalizers },
      spec: { ...current.spec, volumeName, ...(storageClassName !== undefined && { storageClassName }) },
    };
    return isSameValue(next, current) ? undefined : next;
  });
}

export type ClaimStatus = NonNullable<PersistentVolumeClaim['status']>;

/** Writes the status of this very claim when it differs. */
export async function writeClaimStatus(
  { api }: ControllerContext,
  { metadata }: PersistentVolumeClaim,
  change: (status: ClaimStatus) => ClaimStatus,
): Promise<void> {
  await api.update(
    'PersistentVolumeClaim',
    metadata.namespace ?? '',
    metadata.name ?? '',
    (current) => {
      const status = change(current.status ?? {});
      if (current.metadata.uid !== metadata.uid || isSameValue(status, current.status ?? {}))
        return undefined;
      return { ...current, status };
    },
    'status',
  );
}
