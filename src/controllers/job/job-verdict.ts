import type { Pod } from '../../kube/pod.ts';
import type { Job, PodFailurePolicyRule } from '../../kube/workload-kinds.ts';
import { millisecondsOf } from '../clock.ts';
import type { Finding } from '../workload-conditions.ts';
import { hasFailed } from './job-pods.ts';

/** What has been counted so far. */
export interface JobCounts {
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
}

type Verdict = Pick<Finding, 'reason' | 'message'>;

/** Why the job has failed; undefined while it has not. */
export function failureOf(
  job: Job,
  pods: readonly Pod[],
  { failed }: JobCounts,
  nowMs: number,
): Verdict | undefined {
  const policy = policyFailure(job, pods);
  if (policy !== undefined) return policy;
  const { backoffLimit = 6 } = job.spec;
  if (failed > backoffLimit || restartsExceed(job, pods, backoffLimit))
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  const deadline = deadlineMs(job);
  if (deadline !== undefined && nowMs >= deadline)
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  return undefined;
}

/** When its active deadline is over; undefined when it has none or does not run. */
export function deadlineMs({ spec, status }: Job): number | undefined {
  const started = millisecondsOf(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || spec.suspend === true || started === undefined)
    return undefined;
  return started + spec.activeDeadlineSeconds * 1000;
}

/** With `OnFailure` it is the containers that are restarted. */
function restartsExceed({ spec }: Job, pods: readonly Pod[], limit: number): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const it of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += it.restartCount;
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** All that was asked for has succeeded; without `completions` one success and the end of all others. */
export function isSuccess({ spec }: Job, { active, succeeded }: JobCounts): boolean {
  if (spec.completions === undefined) return succeeded > 0 && active === 0;
  return succeeded >= spec.completions;
}

export function wantedActive({ spec }: Job, { active, succeeded }: JobCounts): number {
  const { parallelism = 1, completions } = spec;
  if (completions === undefined) return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  return Math.min(parallelism, Math.max(0, completions - succeeded));
}

/** Whether the failure of the pod counts towards the back-off limit: not by a rule that ignores it. */
export function countsAsFailure(job: Job, pod: Pod): boolean {
  return ruleFor(job, pod)?.rule.action !== 'Ignore';
}

function policyFailure(job: Job, pods: readonly Pod[]): Verdict | undefined {
  for (const pod of pods) {
    const match = ruleFor(job, pod);
    if (match?.rule.action === 'FailJob') return { reason: 'PodFailurePolicy', message: match.message };
  }
  return undefined;
}

interface RuleMatch {
  readonly rule: PodFailurePolicyRule;
  readonly message: string;
}

/** The first rule that is for the pod decides. */
function ruleFor(job: Job, pod: Pod): RuleMatch | undefined {
  if (!hasFailed(job, pod)) return undefined;
  const { namespace = '', name = '' } = pod.metadata;
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const found = exitOf(rule, pod) ?? conditionOf(rule, pod);
    if (found === undefined) continue;
    const text = found.replace('POD', `${namespace}/${name}`);
    return { rule, message: `${text} matching ${rule.action} rule at index ${index}` };
  }
  return undefined;
}

function exitOf({ onExitCodes }: PodFailurePolicyRule, { status }: Pod): string | undefined {
  if (onExitCodes === undefined) return undefined;
  const { containerName, operator, values } = onExitCodes;
  for (const { name, state } of [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
  ]) {
    const code = state.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) continue;
    if (values.includes(code) === (operator === 'In'))
      return `Container ${name} for pod POD failed with exit code ${code}`;
  }
  return undefined;
}

function conditionOf({ onPodConditions = [] }: PodFailurePolicyRule, { status }: Pod): string | undefined {
  const found = onPodConditions.find((pattern) =>
    status?.conditions?.some((it) => it.type === pattern.type && it.status === pattern.status),
  );
  return found && `Pod POD has condition ${found.type}`;
}
