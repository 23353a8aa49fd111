import type { Pod } from '../../kube/pod.ts';
import type { PersistentVolumeClaim } from '../../kube/references.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { keyFor, keyOf } from '../object-key.ts';
import { isFinished } from '../pod-state.ts';
import type { WorkQueue } from '../work-queue.ts';
import { bindClaim, bindCompleted, type ClaimStatus, writeClaimStatus } from './bind-claim.ts';
import { isReservedFor, matchVolume } from './match-volume.ts';
import { provisioningRefusal, provisionVolume, volumeInTheWay } from './provision-volume.ts';
import { claimFinalizer } from './storage-class.ts';

/** Gives each PersistentVolumeClaim a volume, and keeps it while a pod uses it. */
export const claims: Controller = {
  name: 'persistentvolume-controller',
  start: (context) => {
    const told: Told = new Map();
    return startKeyedController(context, {
      // One after the other: two claims must not choose the same volume.
      workers: 1,
      work: (namespace, name) => syncClaim(context, told, namespace, name),
      watch: (queue) => [
        context.api.watch('PersistentVolumeClaim', ({ type, object }) => {
          if (type === 'DELETED') told.delete(object.metadata.uid ?? '');
          queue.add(keyOf(object));
        }),
        context.api.watch('PersistentVolume', ({ object }) => {
          const { claimRef } = object.spec;
          if (claimRef !== undefined) queue.add(keyFor(claimRef.namespace ?? '', claimRef.name ?? ''));
          addUnbound(context, queue);
        }),
        context.api.watch('Pod', ({ type, object }) => {
          if (type === 'DELETED' || isFinished(object)) for (const key of claimsOf(object)) queue.add(key);
        }),
      ],
    });
  },
};

/** Why claims wait, by uid, as the last event about them said. */
type Told = Map<string, string>;

function addUnbound({ api }: ControllerContext, queue: WorkQueue): void {
  for (const claim of api.list('PersistentVolumeClaim'))
    if (claim.status?.phase !== 'Bound') queue.add(keyOf(claim));
}

function claimsOf({ metadata, spec }: Pod): readonly string[] {
  return (spec.volumes ?? [])
    .map((it) => it.persistentVolumeClaim?.claimName)
    .filter((it) => it !== undefined)
    .map((it) => keyFor(metadata.namespace ?? '', it));
}

async function syncClaim(
  context: ControllerContext,
  told: Told,
  namespace: string,
  name: string,
): Promise<void> {
  const { api } = context;
  const claim = api.get('PersistentVolumeClaim', namespace, name);
  if (claim === undefined) return;
  if (claim.metadata.deletionTimestamp !== undefined) return await releaseUnused(context, claim);
  const { volumeName = '' } = claim.spec;
  if (volumeName !== '') return await syncNamed(context, told, claim, volumeName);
  const volume = matchVolume(claim, api.list('PersistentVolume'));
  if (volume !== undefined) return await bindClaim(context, claim, volume);
  const refusal = provisioningRefusal(claim) ?? refusalForRemains(context, claim);
  if (refusal === 'wait') return await wait(context, told, claim);
  if (refusal !== undefined) return await wait(context, told, claim, refusal);
  await bindClaim(context, claim, await provisionVolume(context, claim));
}

type Explained = Exclude<ReturnType<typeof provisioningRefusal>, undefined>;

/** What a claim of that name left behind is about to go, or is to be kept. */
function refusalForRemains(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
): Explained | 'wait' | undefined {
  const volume = volumeInTheWay(context, claim);
  if (volume === undefined) return undefined;
  if (volume.spec.persistentVolumeReclaimPolicy !== 'Retain') return 'wait';
  return {
    type: 'Warning',
    reason: 'ProvisioningFailed',
    message: `the directory of this claim is retained by PersistentVolume "${volume.metadata.name ?? ''}": delete that volume, or give the claim another name`,
  };
}

async function wait(
  context: ControllerContext,
  told: Told,
  claim: PersistentVolumeClaim,
  refusal?: Explained,
): Promise<void> {
  const uid = claim.metadata.uid ?? '';
  if (refusal !== undefined && told.get(uid) !== refusal.message) {
    told.set(uid, refusal.message);
    context.recorder.record({ about: claim, ...refusal });
  }
  await writeClaimStatus(context, claim, (status) => ({ ...status, phase: 'Pending' }));
}

/** The claim names its volume itself. */
async function syncNamed(
  context: ControllerContext,
  told: Told,
  claim: PersistentVolumeClaim,
  volumeName: string,
): Promise<void> {
  const volume = context.api.get('PersistentVolume', '', volumeName);
  const wasBound = claim.metadata.annotations?.[bindCompleted] !== undefined;
  if (volume !== undefined && (volume.spec.claimRef === undefined || isReservedFor(volume, claim)))
    return await bindClaim(context, claim, volume);
  if (!wasBound) {
    const message = `volume "${volumeName}" already bound to a different claim.`;
    return await wait(context, told, claim, volume && { type: 'Warning', reason: 'FailedBinding', message });
  }
  if (claim.status?.phase !== 'Lost') {
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    context.recorder.record({ about: claim, type: 'Warning', reason: 'ClaimLost', message });
  }
  await writeClaimStatus(context, claim, withoutVolume);
}

/** A claim that is deleted stays while a pod uses it. */
async function releaseUnused({ api }: ControllerContext, claim: PersistentVolumeClaim): Promise<void> {
  const key = keyOf(claim);
  const { namespace = '', name = '', uid } = claim.metadata;
  const isUsed = api
    .list('Pod', namespace)
    .some((it) => !isFinished(it) && claimsOf(it).includes(key) && isHere(it));
  if (isUsed) return;
  await api.update('PersistentVolumeClaim', namespace, name, (current) => {
    const { finalizers = [], ...rest } = current.metadata;
    if (current.metadata.uid !== uid || !finalizers.includes(claimFinalizer)) return undefined;
    const left = finalizers.filter((it) => it !== claimFinalizer);
    return { ...current, metadata: { ...rest, ...(left.length > 0 && { finalizers: left }) } };
  });
}

/** A pod that has no node yet mounts nothing. */
function isHere({ spec }: Pod): boolean {
  return (spec.nodeName ?? '') !== '';
}

function withoutVolume(status: ClaimStatus): ClaimStatus {
  const { accessModes: _modes, capacity: _capacity, ...rest } = status;
  return { ...rest, phase: 'Lost' };
}
