import type { Pod } from '../../kube/pod.ts';
import type { Job } from '../../kube/workload-kinds.ts';
import { millisecondsOf } from '../clock.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { keyFor, keyOf } from '../object-key.ts';
import { controllerOf } from '../ownership.ts';
import { isActive } from '../pod-state.ts';
import type { WorkQueue } from '../work-queue.ts';
import { conditionOf } from '../workload-conditions.ts';
import { countPods, releaseCounted } from './count-pods.ts';
import { nextPodMs } from './job-pods.ts';
import { isJobFinished, writeJobStatus } from './job-status.ts';
import { deadlineMs } from './job-verdict.ts';
import { managePods } from './manage-pods.ts';

/** Runs the pods of each Job to its end, and removes it when its time to live is over. */
export const jobs: Controller = {
  name: 'job-controller',
  start: (context) =>
    startKeyedController(context, {
      work: (namespace, name, queue) => syncJob(context, queue, namespace, name),
      watch: (queue) => [
        context.api.watch('Job', ({ object }) => queue.add(keyOf(object))),
        context.api.watch('Pod', ({ object }) => {
          const owner = controllerOf(object);
          if (owner?.kind === 'Job') queue.add(keyFor(object.metadata.namespace ?? '', owner.name));
        }),
      ],
    }),
};

async function syncJob(
  context: ControllerContext,
  queue: WorkQueue,
  namespace: string,
  name: string,
): Promise<void> {
  const { api } = context;
  const job = api.get('Job', namespace, name);
  // Pods of a job that is gone have nobody to be counted for; another one may have its name by now.
  await releaseCounted(context, orphansOf(context, namespace, name, job?.metadata.uid));
  if (job === undefined || isManagedElsewhere(job)) return;
  const counted = await countPods(context, job, podsOf(context, job));
  if (counted === undefined) return;
  if (isJobFinished(counted)) return await finishJob(context, queue, counted);
  const settled = await writeJobStatus(context, counted, podsOf(context, counted));
  if (settled === undefined || isJobFinished(settled)) return;
  await managePods(context, settled, podsOf(context, settled));
  const current = api.get('Job', namespace, name);
  if (current === undefined || current.metadata.uid !== settled.metadata.uid) return;
  const written = await writeJobStatus(context, current, podsOf(context, current));
  if (written !== undefined) wakeLater(context, queue, written);
}

function isManagedElsewhere({ spec }: Job): boolean {
  return (spec.managedBy ?? 'kubernetes.io/job-controller') !== 'kubernetes.io/job-controller';
}

function podsOf({ api }: ControllerContext, { metadata }: Job): readonly Pod[] {
  return api.list('Pod', metadata.namespace).filter((it) => controllerOf(it)?.uid === metadata.uid);
}

function orphansOf(
  { api }: ControllerContext,
  namespace: string,
  job: string,
  uid: string | undefined,
): readonly Pod[] {
  return api.list('Pod', namespace).filter((it) => {
    const owner = controllerOf(it);
    return owner?.kind === 'Job' && owner.name === job && owner.uid !== uid;
  });
}

/** Nothing but a clock would bring these back: the active deadline, and the end of a back-off. */
function wakeLater(context: ControllerContext, queue: WorkQueue, job: Job): void {
  const nowMs = context.clock.now();
  const pods = podsOf(context, job);
  const backOffMs = nextPodMs(pods, nowMs);
  const isBelow = pods.filter(isActive).length < (job.spec.parallelism ?? 1);
  const times = [deadlineMs(job), isBelow && backOffMs > nowMs ? backOffMs : undefined];
  for (const ms of times) if (ms !== undefined) queue.addAfter(keyOf(job), Math.max(1, ms - nowMs));
}

async function finishJob(context: ControllerContext, queue: WorkQueue, job: Job): Promise<void> {
  const { api, clock } = context;
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return;
  const finished =
    conditionOf(job.status?.conditions, 'Complete') ?? conditionOf(job.status?.conditions, 'Failed');
  const dueMs = (millisecondsOf(finished?.lastTransitionTime) ?? clock.now()) + ttl * 1000;
  if (dueMs > clock.now()) return queue.addAfter(keyOf(job), dueMs - clock.now());
  const { namespace = '', name = '', uid } = job.metadata;
  await api.delete('Job', namespace, name, {
    propagationPolicy: 'Foreground',
    ...(uid !== undefined && { uid }),
  });
}
