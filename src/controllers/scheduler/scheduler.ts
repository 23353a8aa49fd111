import type { ClusterNode } from '../../kube/cluster-node.ts';
import type { Pod } from '../../kube/pod.ts';
import type { PodCondition, PodStatus } from '../../kube/pod-status.ts';
import { timestamp } from '../clock.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { keyOf } from '../object-key.ts';
import { isFinished, podCondition } from '../pod-state.ts';
import { isSameValue } from '../same-value.ts';
import { schedulingRefusal } from './fit-pod.ts';

/** Assigns pods to the node, or says why it does not. */
export const scheduler: Controller = {
  name: 'default-scheduler',
  start: (context) => {
    const { api, settings } = context;
    /** Pods that are being assigned, by uid: they count for the next one. */
    const assumed = new Map<string, Pod>();
    return startKeyedController(context, {
      workers: 50,
      work: (namespace, name) => schedulePod(context, assumed, namespace, name),
      watch: (queue) => {
        const retryPending = (): void => {
          for (const pod of api.list('Pod')) if (isPending(pod)) queue.add(keyOf(pod));
        };
        return [
          api.watch('Pod', ({ type, object, previous }) => {
            if (isPending(object) && type !== 'DELETED') {
              // What this scheduler itself wrote on the pod changes nothing.
              if (previous === undefined || isScheduledAnew(object, previous)) queue.add(keyOf(object));
            } else if (
              type === 'DELETED' ||
              (isFinished(object) && previous !== undefined && !isFinished(previous))
            ) {
              retryPending();
            }
          }),
          api.watch('Node', ({ object, previous }) => {
            if (object.metadata.name === settings.nodeName && isOtherNode(object, previous)) retryPending();
          }),
          api.watch('PersistentVolumeClaim', retryPending),
        ];
      },
    });
  },
};

/** The pod waits for this scheduler. */
function isPending({ metadata, spec, status }: Pod): boolean {
  return (
    (spec.nodeName ?? '') === '' &&
    (spec.schedulerName ?? 'default-scheduler') === 'default-scheduler' &&
    metadata.deletionTimestamp === undefined &&
    (status?.phase ?? 'Pending') === 'Pending'
  );
}

function isScheduledAnew(pod: Pod, previous: Pod): boolean {
  return !isSameValue(pod.spec, previous.spec) || !isSameValue(pod.metadata.labels, previous.metadata.labels);
}

function isOtherNode(node: ClusterNode, previous: ClusterNode | undefined): boolean {
  return (
    !isSameValue(node.spec, previous?.spec) ||
    !isSameValue(node.metadata.labels, previous?.metadata.labels) ||
    !isSameValue(node.status?.allocatable, previous?.status?.allocatable)
  );
}

async function schedulePod(
  context: ControllerContext,
  assumed: Map<string, Pod>,
  namespace: string,
  name: string,
): Promise<void> {
  const { api, settings } = context;
  const pod = api.get('Pod', namespace, name);
  if (pod === undefined || !isPending(pod)) return;
  if ((pod.spec.schedulingGates ?? []).length > 0)
    return await writeRefusal(
      context,
      pod,
      'SchedulingGated',
      'Scheduling is blocked due to non-empty scheduling gates',
    );
  const node = api.get('Node', '', settings.nodeName);
  const refusal = schedulingRefusal(api, pod, node, () => podsOfNode(context, assumed, pod));
  if (refusal !== undefined) return await writeRefusal(context, pod, 'Unschedulable', refusal);
  const uid = pod.metadata.uid ?? '';
  assumed.set(uid, pod);
  try {
    await bind(context, pod);
  } finally {
    assumed.delete(uid);
  }
}

function podsOfNode(
  { api, settings }: ControllerContext,
  assumed: ReadonlyMap<string, Pod>,
  pod: Pod,
): readonly Pod[] {
  return api
    .list('Pod')
    .filter(
      (it) =>
        it.metadata.uid !== pod.metadata.uid &&
        !isFinished(it) &&
        (it.spec.nodeName === settings.nodeName || assumed.has(it.metadata.uid ?? '')),
    );
}

/** One write: like the API's binding subresource, the API server sets the condition with the name of the node. */
async function bind({ api, recorder, settings, clock }: ControllerContext, pod: Pod): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata;
  const bound = await api.update('Pod', namespace, name, (current) =>
    current.metadata.uid === uid && isPending(current)
      ? { ...current, spec: { ...current.spec, nodeName: settings.nodeName } }
      : undefined,
  );
  if (bound?.metadata.uid !== uid || bound?.spec.nodeName !== settings.nodeName) return;
  const message = `Successfully assigned ${namespace}/${name} to ${settings.nodeName}`;
  recorder.record({ about: bound, type: 'Normal', reason: 'Scheduled', message, action: 'Binding' });
  // What was said of it before must not stay.
  if (podCondition(bound, 'PodScheduled')?.status !== 'False') return;
  await writeCondition({ api }, bound, {
    type: 'PodScheduled',
    status: 'True',
    lastTransitionTime: timestamp(clock.now()),
  });
}

async function writeRefusal(
  context: ControllerContext,
  pod: Pod,
  reason: 'SchedulingGated' | 'Unschedulable',
  message: string,
): Promise<void> {
  const present = podCondition(pod, 'PodScheduled');
  if (present?.status === 'False' && present.reason === reason && present.message === message) return;
  if (reason === 'Unschedulable')
    context.recorder.record({
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
      action: 'Scheduling',
    });
  const since = present?.status === 'False' ? present.lastTransitionTime : timestamp(context.clock.now());
  await writeCondition(context, pod, {
    type: 'PodScheduled',
    status: 'False',
    lastTransitionTime: since,
    reason,
    message,
  });
}

async function writeCondition(
  { api }: Pick<ControllerContext, 'api'>,
  { metadata }: Pod,
  condition: PodCondition,
): Promise<void> {
  const change = (current: Pod): Pod | undefined => {
    if (current.metadata.uid !== metadata.uid) return undefined;
    const status: PodStatus = current.status ?? { phase: 'Pending', conditions: [], qosClass: 'BestEffort' };
    const others = (status.conditions ?? []).filter((it) => it.type !== condition.type);
    const present = podCondition(current, condition.type);
    if (condition.status === 'True' && present?.status === 'True') return undefined;
    return { ...current, status: { ...status, conditions: [...others, condition] } };
  };
  await api.update('Pod', metadata.namespace ?? '', metadata.name ?? '', change, 'status');
}
