import type { Pod } from '../../kube/pod.ts';
import type { Job } from '../../kube/workload-kinds.ts';
import type { JobStatus, WorkloadCondition } from '../../kube/workload-status.ts';
import { timestamp } from '../clock.ts';
import type { ControllerContext } from '../controller.ts';
import { isActive, isFinished, isReady } from '../pod-state.ts';
import { type Conditions, conditionOf, type Finding, withoutCondition } from '../workload-conditions.ts';
import { writeStatus } from '../write-status.ts';
import { failureOf, isSuccess, type JobCounts } from './job-verdict.ts';

export function isJobFinished({ status }: Job): boolean {
  return ['Complete', 'Failed'].some((it) => conditionOf(status?.conditions, it)?.status === 'True');
}

export function countsOf({ status }: Job, pods: readonly Pod[]): JobCounts {
  return {
    active: pods.filter(isActive).length,
    succeeded: status?.succeeded ?? 0,
    failed: status?.failed ?? 0,
  };
}

/** Brings the conditions and numbers to what the pods say, and tells of what changed by events. */
export async function writeJobStatus(
  context: ControllerContext,
  job: Job,
  pods: readonly Pod[],
): Promise<Job | undefined> {
  const nowMs = context.clock.now();
  const written = await writeStatus(context.api, 'Job', job, (current) => nextStatus(current, pods, nowMs));
  if (written !== undefined) recordChanges(context, job, written);
  return written;
}

function nextStatus(job: Job, pods: readonly Pod[], nowMs: number): JobStatus {
  const counts = countsOf(job, pods);
  const { startTime, active: _active, ready: _ready, terminating: _terminating, ...kept } = job.status ?? {};
  const wasSuspended = conditionOf(kept.conditions, 'Suspended')?.status === 'True';
  const now = timestamp(nowMs);
  // A job that goes on begins its active deadline anew.
  const running = job.spec.suspend === true ? startTime : wasSuspended ? now : (startTime ?? now);
  const timed: Job = {
    ...job,
    status: { ...job.status, ...(running !== undefined && { startTime: running }) },
  };
  const conditions = nextConditions(timed, pods, counts, nowMs);
  const completed = conditionOf(conditions, 'Complete');
  const terminating = pods.filter(
    (it) => it.metadata.deletionTimestamp !== undefined && !isFinished(it),
  ).length;
  const ready = pods.filter((it) => isActive(it) && isReady(it)).length;
  return {
    ...kept,
    ...(running !== undefined && { startTime: running }),
    ...(counts.active > 0 && { active: counts.active }),
    ...(completed?.lastTransitionTime !== undefined && { completionTime: completed.lastTransitionTime }),
    terminating,
    ready,
    uncountedTerminatedPods: kept.uncountedTerminatedPods ?? {},
    ...(conditions.length > 0 && { conditions }),
  };
}

/**
 * As upstream: the verdict comes first (`SuccessCriteriaMet`, `FailureTarget`), and the end (`Complete`, `Failed`) when
 * no pod is left.
 */
function nextConditions(job: Job, pods: readonly Pod[], counts: JobCounts, nowMs: number): Conditions {
  const conditions = job.status?.conditions ?? [];
  const isDecided = (type: string): boolean => conditionOf(conditions, type)?.status === 'True';
  const failed = isDecided('FailureTarget') ? conditionOf(conditions, 'FailureTarget') : undefined;
  const failure =
    failed === undefined && !isDecided('SuccessCriteriaMet') ? failureOf(job, pods, counts, nowMs) : failed;
  if (failure !== undefined) {
    const { reason = '', message = '' } = failure;
    const target = withJobCondition(
      conditions,
      { type: 'FailureTarget', status: 'True', reason, message },
      nowMs,
    );
    if (!areOver(pods)) return target;
    return withJobCondition(target, { type: 'Failed', status: 'True', reason, message }, nowMs);
  }
  if (isDecided('SuccessCriteriaMet') || isSuccess(job, counts)) {
    const verdict = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    const met = withJobCondition(
      conditions,
      { type: 'SuccessCriteriaMet', status: 'True', ...verdict },
      nowMs,
    );
    if (!areOver(pods)) return met;
    return withJobCondition(met, { type: 'Complete', status: 'True', ...verdict }, nowMs);
  }
  return suspension(job, conditions, nowMs);
}

function areOver(pods: readonly Pod[]): boolean {
  return pods.every(isFinished);
}

function suspension({ spec }: Job, conditions: Conditions, nowMs: number): Conditions {
  const present = conditionOf(conditions, 'Suspended');
  if (spec.suspend === true)
    return withJobCondition(
      conditions,
      { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' },
      nowMs,
    );
  if (present?.status !== 'True') return conditions;
  return withJobCondition(
    conditions,
    { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' },
    nowMs,
  );
}

function withJobCondition(conditions: Conditions, next: Finding, nowMs: number): Conditions {
  const present = conditionOf(conditions, next.type);
  if (present?.status === next.status) return conditions;
  const now = timestamp(nowMs);
  const condition: WorkloadCondition = { ...next, lastProbeTime: now, lastTransitionTime: now };
  return [...withoutCondition(conditions, next.type), condition];
}

function recordChanges({ recorder }: ControllerContext, before: Job, after: Job): void {
  const changed = (type: string): WorkloadCondition | undefined => {
    const now = conditionOf(after.status?.conditions, type);
    return now?.status === conditionOf(before.status?.conditions, type)?.status ? undefined : now;
  };
  const record = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    recorder.record({ about: after, type, reason, message });
  const failed = changed('Failed');
  if (failed !== undefined) record('Warning', failed.reason ?? '', failed.message ?? '');
  if (changed('Complete') !== undefined) record('Normal', 'Completed', 'Job completed');
  const suspended = changed('Suspended');
  if (suspended?.status === 'True') record('Normal', 'Suspended', 'Job suspended');
  if (suspended?.status === 'False') record('Normal', 'Resumed', 'Job resumed');
}
