import type { Pod } from '../../kube/pod.ts';
import type { Job } from '../../kube/workload-kinds.ts';
import type { ControllerContext } from '../controller.ts';
import { createPod, deletePod } from '../make-pod.ts';
import { isActive, isFinished } from '../pod-state.ts';
import { podsToDelete } from '../replica-set/pods-to-delete.ts';
import { slowStart } from '../slow-start.ts';
import { conditionOf } from '../workload-conditions.ts';
import { releaseCounted } from './count-pods.ts';
import { parseIndexes } from './index-set.ts';
import { indexOf, isIndexed, nextPodMs, podOfJob } from './job-pods.ts';
import { countsOf } from './job-status.ts';
import { wantedActive } from './job-verdict.ts';

/** Beyond it a job makes no more pods in one step. */
const burst = 500;

/** Makes the pods that are missing, unless a failure has to be waited out, and takes those away that are too many. */
export async function managePods(context: ControllerContext, job: Job, pods: readonly Pod[]): Promise<void> {
  const active = pods.filter(isActive);
  const isDecided = ['FailureTarget', 'SuccessCriteriaMet'].some(
    (it) => conditionOf(job.status?.conditions, it)?.status === 'True',
  );
  if (job.metadata.deletionTimestamp !== undefined) return;
  if (isDecided) return await deleteAll(context, job, active);
  const wanted = job.spec.suspend === true ? 0 : wantedActive(job, countsOf(job, pods));
  const surplus = active.length <= wanted ? [] : podsToDelete(active, active.length - wanted);
  if (surplus.length > 0) {
    // What nobody has a use for any more is no failure.
    await releaseCounted(context, surplus);
    return await deleteAll(context, job, surplus);
  }
  // What was asked to wait for is still there.
  const blocked = job.spec.podReplacementPolicy === 'Failed' ? pods.filter(isEnding).length : 0;
  const missing = Math.min(wanted - active.length - blocked, burst);
  if (missing <= 0 || nextPodMs(pods, context.clock.now()) > context.clock.now()) return;
  const indexes = isIndexed(job) ? freeIndexes(job, active, missing) : undefined;
  const count = indexes === undefined ? missing : indexes.length;
  const { error } = await slowStart(count, (it) => createPod(context, job, podOfJob(job, indexes?.[it])));
  if (error !== undefined) throw error;
}

function isEnding(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && !isFinished(pod);
}

async function deleteAll(context: ControllerContext, job: Job, pods: readonly Pod[]): Promise<void> {
  const results = await Promise.allSettled(pods.map((it) => deletePod(context, job, it)));
  const failed = results.find((it) => it.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function freeIndexes(job: Job, active: readonly Pod[], count: number): readonly number[] {
  const completions = job.spec.completions ?? 0;
  const taken = new Set([...parseIndexes(job.status?.completedIndexes, completions), ...active.map(indexOf)]);
  const free: number[] = [];
  for (let index = 0; index < completions && free.length < count; index += 1)
    if (!taken.has(index)) free.push(index);
  return free;
}
