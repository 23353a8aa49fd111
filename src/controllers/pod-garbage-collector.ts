import type { Pod } from '../kube/pod.ts';
import { millisecondsOf, timestamp } from './clock.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { startKeyedController } from './keyed-controller.ts';
import { keyOf } from './object-key.ts';
import { isFinished } from './pod-state.ts';
import type { WorkQueue } from './work-queue.ts';

/** How many finished pods are kept, as upstream's `--terminated-pod-gc-threshold`, for a node of this size. */
const keptFinished = 1000;
/** How long the node of a pod may be missing before the pod is given up. */
const quarantineMs = 40_000;
const finishedPods = '/';

/** Takes pods away that no kubelet will: on their way without a node, on a node that there is not, or too many ended ones. */
export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector',
  start: (context) => {
    let finished = 0;
    return startKeyedController(context, {
      work: (namespace, name, queue) =>
        name === '' ? removeFinished(context) : syncPod(context, queue, namespace, name),
      watch: (queue) => [
        context.api.watch('Pod', ({ type, object, previous }) => {
          if (type !== 'DELETED' && (isUnscheduledEnding(object) || hasForeignNode(context, object)))
            queue.add(keyOf(object));
          const was = previous !== undefined && isFinished(previous);
          const is = type !== 'DELETED' && isFinished(object);
          finished += (is ? 1 : 0) - (was ? 1 : 0);
          if (is && finished > keptFinished) queue.add(finishedPods);
        }),
      ],
    });
  },
};

function isUnscheduledEnding({ metadata, spec }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && (spec.nodeName ?? '') === '';
}

function hasForeignNode({ settings }: ControllerContext, { spec }: Pod): boolean {
  return (spec.nodeName ?? '') !== '' && spec.nodeName !== settings.nodeName;
}

async function syncPod(
  context: ControllerContext,
  queue: WorkQueue,
  namespace: string,
  name: string,
): Promise<void> {
  const { api, clock } = context;
  const pod = api.get('Pod', namespace, name);
  if (pod === undefined) return;
  if (isUnscheduledEnding(pod)) return await remove(context, pod);
  if (!hasForeignNode(context, pod) || api.get('Node', '', pod.spec.nodeName ?? '') !== undefined) return;
  const created = millisecondsOf(pod.metadata.creationTimestamp) ?? clock.now();
  const waitMs = created + quarantineMs - clock.now();
  if (waitMs > 0 && pod.metadata.deletionTimestamp === undefined) return queue.addAfter(keyOf(pod), waitMs);
  await markLost(context, pod);
  await remove(context, pod);
}

async function markLost({ api, clock }: ControllerContext, { metadata }: Pod): Promise<void> {
  const change = (current: Pod): Pod | undefined => {
    const { status } = current;
    if (status === undefined || isFinished(current) || current.metadata.uid !== metadata.uid)
      return undefined;
    const condition = {
      type: 'DisruptionTarget' as const,
      status: 'True' as const,
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: timestamp(clock.now()),
    };
    const others = status.conditions.filter((it) => it.type !== 'DisruptionTarget');
    return { ...current, status: { ...status, phase: 'Failed', conditions: [...others, condition] } };
  };
  await api.update('Pod', metadata.namespace ?? '', metadata.name ?? '', change, 'status');
}

async function remove({ api }: ControllerContext, { metadata }: Pod): Promise<void> {
  await api.delete('Pod', metadata.namespace ?? '', metadata.name ?? '', {
    graceSeconds: 0,
    ...(metadata.uid !== undefined && { uid: metadata.uid }),
  });
}

/** The oldest go first. */
async function removeFinished(context: ControllerContext): Promise<void> {
  const pods = context.api.list('Pod').filter(isFinished);
  const surplus = pods
    .sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))
    .slice(0, Math.max(0, pods.length - keptFinished));
  for (const pod of surplus) await remove(context, pod);
}
