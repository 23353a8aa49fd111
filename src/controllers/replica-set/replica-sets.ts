import { selectorMatches } from '../../kube/label-selector.ts';
import type { LabelSelector } from '../../kube/meta.ts';
import type { Pod } from '../../kube/pod.ts';
import type { ReplicaSet } from '../../kube/workload-kinds.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { createPod, deletePod, podOfTemplate } from '../make-pod.ts';
import { keyFor, keyOf } from '../object-key.ts';
import { claimObjects, controllerOf } from '../ownership.ts';
import { isActive, isAvailable, readySinceMs } from '../pod-state.ts';
import { isSameValue } from '../same-value.ts';
import { slowStart } from '../slow-start.ts';
import type { WorkQueue } from '../work-queue.ts';
import { podsToDelete } from './pods-to-delete.ts';
import { type ReplicaFailure, replicaSetStatus } from './replica-set-status.ts';

/** Keeps as many pods of each ReplicaSet as it asks for. */
export const replicaSets: Controller = {
  name: 'replicaset-controller',
  start: (context) =>
    startKeyedController(context, {
      work: (namespace, name, queue) => syncReplicaSet(context, queue, namespace, name),
      watch: (queue) => [
        context.api.watch('ReplicaSet', ({ object }) => queue.add(keyOf(object))),
        context.api.watch('Pod', ({ object, previous }) => {
          addOwner(queue, object);
          if (previous !== undefined) addOwner(queue, previous);
          if (controllerOf(object) === undefined) addAdopters(context, queue, object);
        }),
      ],
    }),
};

function addOwner(queue: WorkQueue, pod: Pod): void {
  const owner = controllerOf(pod);
  if (owner?.kind === 'ReplicaSet') queue.add(keyFor(pod.metadata.namespace ?? '', owner.name));
}

/** A pod that nobody looks after belongs to whoever selects it. */
function addAdopters({ api }: ControllerContext, queue: WorkQueue, pod: Pod): void {
  if (Object.keys(pod.metadata.labels ?? {}).length === 0) return;
  for (const set of api.list('ReplicaSet', pod.metadata.namespace))
    if (selectorMatches(selectorOf(set), pod.metadata.labels ?? {})) queue.add(keyOf(set));
}

/** Beyond it a ReplicaSet makes or removes no more pods in one step. */
const burst = 500;
/** Selects nothing: an empty selector would select everything. */
const nothing: LabelSelector = { matchExpressions: [{ key: '', operator: 'In', values: [] }] };

function selectorOf({ spec }: ReplicaSet): LabelSelector {
  return spec.selector ?? nothing;
}

async function syncReplicaSet(
  context: ControllerContext,
  queue: WorkQueue,
  namespace: string,
  name: string,
): Promise<void> {
  const { api, clock } = context;
  const set = api.get('ReplicaSet', namespace, name);
  if (set === undefined) return;
  const claimed = await claimObjects(api, 'Pod', set, selectorOf(set));
  const failure =
    set.metadata.deletionTimestamp === undefined
      ? await manageReplicas(context, set, claimed.filter(isActive))
      : undefined;
  const pods = ownActivePods(context, set);
  await writeStatus(context, set, pods, failure);
  // Tried again with back-off, as everything that fails.
  if (failure !== undefined) throw failure.error;
  const unavailable = pods.filter((it) => !isAvailable(it, set.spec.minReadySeconds ?? 0, clock.now()));
  const since = unavailable.map(readySinceMs).filter((it) => it !== undefined);
  if (since.length > 0) {
    const dueMs = Math.min(...since) + (set.spec.minReadySeconds ?? 0) * 1000;
    queue.addAfter(keyFor(namespace, name), dueMs - clock.now());
  }
}

function ownActivePods({ api }: ControllerContext, set: ReplicaSet): readonly Pod[] {
  return api
    .list('Pod', set.metadata.namespace)
    .filter((it) => controllerOf(it)?.uid === set.metadata.uid && isActive(it));
}

async function manageReplicas(
  context: ControllerContext,
  set: ReplicaSet,
  pods: readonly Pod[],
): Promise<ReplicaFailure | undefined> {
  const missing = (set.spec.replicas ?? 1) - pods.length;
  if (missing > 0) {
    const pod = podOfTemplate(set, set.spec.template);
    const { error } = await slowStart(Math.min(missing, burst), () => createPod(context, set, pod));
    return error === undefined ? undefined : { reason: 'FailedCreate', error };
  }
  if (missing === 0) return undefined;
  const surplus = podsToDelete(pods, Math.min(-missing, burst));
  const results = await Promise.allSettled(surplus.map((it) => deletePod(context, set, it)));
  const failed = results.find((it) => it.status === 'rejected');
  return failed && { reason: 'FailedDelete', error: failed.reason };
}

async function writeStatus(
  { api, clock }: ControllerContext,
  { metadata }: ReplicaSet,
  pods: readonly Pod[],
  failure: ReplicaFailure | undefined,
): Promise<void> {
  await api.update(
    'ReplicaSet',
    metadata.namespace ?? '',
    metadata.name ?? '',
    (current) => {
      if (current.metadata.uid !== metadata.uid) return undefined;
      const status = replicaSetStatus(
        // What is reported as observed is the generation that was worked on.
        { ...current, metadata },
        pods,
        failure,
        clock.now(),
      );
      return isSameValue(status, current.status) ? undefined : { ...current, status };
    },
    'status',
  );
}
