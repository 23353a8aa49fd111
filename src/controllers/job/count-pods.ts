import type { Pod } from '../../kube/pod.ts';
import type { Job } from '../../kube/workload-kinds.ts';
import type { JobStatus } from '../../kube/workload-status.ts';
import type { ControllerContext } from '../controller.ts';
import { writeStatus } from '../write-status.ts';
import { formatIndexes, parseIndexes } from './index-set.ts';
import { hasFailed, indexOf, isIndexed, isTracked, trackingFinalizer } from './job-pods.ts';
import { isJobFinished } from './job-status.ts';
import { countsAsFailure } from './job-verdict.ts';

/**
 * Counts every ended pod exactly once, whatever becomes of it: its uid is written first, then it is let go of, and then
 * the numbers move. Undefined when the job is gone.
 */
export async function countPods(
  context: ControllerContext,
  job: Job,
  pods: readonly Pod[],
): Promise<Job | undefined> {
  const ended = pods.filter((it) => isTracked(it) && (hasEnded(job, it) || isJobOver(job)));
  const left = new Set(pods.filter(isTracked).map((it) => it.metadata.uid ?? ''));
  const pending = job.status?.uncountedTerminatedPods ?? {};
  if (ended.length === 0 && [...(pending.succeeded ?? []), ...(pending.failed ?? [])].length === 0)
    return job;
  const noted = await writeStatus(context.api, 'Job', job, (current) => withUncounted(current, ended));
  if (noted === undefined) return undefined;
  await releaseCounted(context, ended);
  for (const pod of ended) left.delete(pod.metadata.uid ?? '');
  return await writeStatus(context.api, 'Job', noted, (current) => withCounted(current, left));
}

function isJobOver(job: Job): boolean {
  return job.metadata.deletionTimestamp !== undefined || isJobFinished(job);
}

function hasEnded(job: Job, pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || hasFailed(job, pod);
}

/** Takes the finalizer off. */
export async function releaseCounted({ api }: ControllerContext, pods: readonly Pod[]): Promise<void> {
  const releases = pods.filter(isTracked).map(async ({ metadata }) => {
    await api.update('Pod', metadata.namespace ?? '', metadata.name ?? '', (current) => {
      if (current.metadata.uid !== metadata.uid || !isTracked(current)) return undefined;
      const { finalizers = [], ...rest } = current.metadata;
      const left = finalizers.filter((it) => it !== trackingFinalizer);
      return { ...current, metadata: { ...rest, ...(left.length > 0 && { finalizers: left }) } };
    });
  });
  await Promise.all(releases);
}

function withUncounted(job: Job, ended: readonly Pod[]): JobStatus {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const done = parseIndexes(job.status?.completedIndexes, job.spec.completions ?? 0);
  const isNew = ({ metadata }: Pod): boolean =>
    ![...succeeded, ...failed].includes(metadata.uid ?? '') && metadata.uid !== undefined;
  const fresh = ended.filter(isNew);
  const successes = fresh.filter((it) => it.status?.phase === 'Succeeded');
  const failures = fresh.filter((it) => hasFailed(job, it) && countsAsFailure(job, it));
  const indexes = isIndexed(job) ? successes.map(indexOf).filter((it) => it !== undefined) : [];
  const valid = indexes.filter((it) => it < (job.spec.completions ?? 0));
  const completedIndexes = formatIndexes([...done, ...valid]);
  return {
    ...job.status,
    ...(isIndexed(job) && completedIndexes !== '' && { completedIndexes }),
    uncountedTerminatedPods: {
      succeeded: [...succeeded, ...successes.map((it) => it.metadata.uid ?? '')],
      failed: [...failed, ...failures.map((it) => it.metadata.uid ?? '')],
    },
  };
}

/** `held`: the uids of pods that still have the finalizer. */
function withCounted(job: Job, held: ReadonlySet<string>): JobStatus {
  const { uncountedTerminatedPods = {}, ...status } = job.status ?? {};
  const { succeeded = [], failed = [] } = uncountedTerminatedPods;
  const isHeld = (uid: string): boolean => held.has(uid);
  const succeededCount = isIndexed(job)
    ? parseIndexes(status.completedIndexes, job.spec.completions ?? 0).size
    : (status.succeeded ?? 0) + succeeded.filter((it) => !isHeld(it)).length;
  const failedCount = (status.failed ?? 0) + failed.filter((it) => !isHeld(it)).length;
  return {
    ...status,
    ...(succeededCount > 0 && { succeeded: succeededCount }),
    ...(failedCount > 0 && { failed: failedCount }),
    uncountedTerminatedPods: {
      ...(succeeded.some(isHeld) && { succeeded: succeeded.filter(isHeld) }),
      ...(failed.some(isHeld) && { failed: failed.filter(isHeld) }),
    },
  };
}
