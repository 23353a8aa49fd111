import type { PersistentVolume } from '../../kube/references.ts';
import type { PersistentVolumeStatus } from '../../kube/workload-status.ts';
import { timestamp } from '../clock.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { keyFor, keyOf } from '../object-key.ts';
import { isSameValue } from '../same-value.ts';
import { isReservedFor } from './match-volume.ts';
import { localProvisioner, provisionedBy, volumeFinalizer } from './storage-class.ts';

/** Says of each PersistentVolume what it is, and ends those that were made for a claim that is gone. */
export const volumes: Controller = {
  name: 'persistentvolume-reclaimer',
  start: (context) =>
    startKeyedController(context, {
      work: (_, name) => syncVolume(context, name),
      watch: (queue) => [
        context.api.watch('PersistentVolume', ({ object }) => queue.add(keyOf(object))),
        context.api.watch('PersistentVolumeClaim', ({ type, object }) => {
          const { volumeName = '' } = object.spec;
          if (type === 'DELETED' && volumeName !== '') queue.add(keyFor('', volumeName));
        }),
      ],
    }),
};

async function syncVolume(context: ControllerContext, name: string): Promise<void> {
  const volume = context.api.get('PersistentVolume', '', name);
  if (volume === undefined) return;
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec;
  const claim =
    claimRef && context.api.get('PersistentVolumeClaim', claimRef.namespace ?? '', claimRef.name ?? '');
  const isReleased = claimRef?.uid !== undefined && (claim === undefined || !isReservedFor(volume, claim));
  if (isReleased && persistentVolumeReclaimPolicy === 'Delete') return await reclaim(context, volume);
  const isBound = claimRef?.uid !== undefined && !isReleased;
  if (volume.metadata.deletionTimestamp !== undefined && !isBound) return await letGo(context, volume);
  await writePhase(context, volume, { phase: isBound ? 'Bound' : isReleased ? 'Released' : 'Available' });
}

/** Only what was provisioned is removed; other people's directories are not ours to delete. */
async function reclaim(context: ControllerContext, volume: PersistentVolume): Promise<void> {
  const { api, ports, settings } = context;
  const { metadata, spec } = volume;
  const { namespace = '', name = '' } = spec.claimRef ?? {};
  const isOwn =
    metadata.annotations?.[provisionedBy] === localProvisioner &&
    spec.hostPath?.path === `${settings.claimsDir}/${namespace}/${name}`;
  if (!isOwn) {
    const message = `error getting deleter volume plugin for volume "${metadata.name ?? ''}": no deletable volume plugin matched`;
    if (volume.status?.phase !== 'Failed')
      context.recorder.record({ about: volume, type: 'Warning', reason: 'VolumeFailedDelete', message });
    if (metadata.deletionTimestamp !== undefined) return await letGo(context, volume);
    return await writePhase(context, volume, { phase: 'Failed', message });
  }
  await writePhase(context, volume, { phase: 'Released' });
  await ports.removeClaimDirectory(namespace, name);
  await api.delete(
    'PersistentVolume',
    '',
    metadata.name ?? '',
    metadata.uid === undefined ? {} : { uid: metadata.uid },
  );
  await letGo(context, volume);
}

async function letGo({ api }: ControllerContext, { metadata }: PersistentVolume): Promise<void> {
  await api.update('PersistentVolume', '', metadata.name ?? '', (current) => {
    const { finalizers = [], ...rest } = current.metadata;
    if (current.metadata.uid !== metadata.uid || !finalizers.includes(volumeFinalizer)) return undefined;
    const left = finalizers.filter((it) => it !== volumeFinalizer);
    return { ...current, metadata: { ...rest, ...(left.length > 0 && { finalizers: left }) } };
  });
}

async function writePhase(
  { api, clock }: ControllerContext,
  { metadata }: PersistentVolume,
  next: PersistentVolumeStatus,
): Promise<void> {
  await api.update(
    'PersistentVolume',
    '',
    metadata.name ?? '',
    (current) => {
      const since =
        current.status?.phase === next.phase
          ? current.status?.lastPhaseTransitionTime
          : timestamp(clock.now());
      const status = { ...next, ...(since !== undefined && { lastPhaseTransitionTime: since }) };
      if (current.metadata.uid !== metadata.uid || isSameValue(status, current.status)) return undefined;
      return { ...current, status };
    },
    'status',
  );
}
