import type { Deployment, ReplicaSet } from '../../kube/workload-kinds.ts';
import type { DeploymentStatus } from '../../kube/workload-status.ts';
import { millisecondsOf } from '../clock.ts';
import {
  type Conditions,
  conditionOf,
  type Finding,
  renewedCondition,
  withCondition,
  withoutCondition,
} from '../workload-conditions.ts';
import { isComplete } from './deployment-status.ts';
import { allSets, type ReplicaSets } from './replica-numbers.ts';

/** Upstream takes the largest 32-bit number for no deadline. */
export function progressDeadlineMs({ spec }: Deployment): number | undefined {
  const seconds = spec.progressDeadlineSeconds ?? 600;
  return seconds >= 2 ** 31 - 1 ? undefined : seconds * 1000;
}

export function progressing(status: Finding['status'], reason: string, message: string): Finding {
  return { type: 'Progressing', status, reason, message };
}

/** The conditions of a status that a rollout led to: how it goes on, and what keeps pods from being made. */
export function rolloutConditions(
  deployment: Deployment,
  sets: ReplicaSets,
  next: DeploymentStatus,
  nowMs: number,
): Conditions {
  const conditions = withReplicaFailure(next.conditions ?? [], sets);
  const present = conditionOf(conditions, 'Progressing');
  const deadlineMs = progressDeadlineMs(deployment);
  if (deadlineMs === undefined) return withoutCondition(conditions, 'Progressing');
  const wasComplete = next.replicas === next.updatedReplicas && present?.reason === 'NewReplicaSetAvailable';
  if (wasComplete) return conditions;
  const subject = subjectOf(deployment, sets.current);
  if (isComplete(deployment, next)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, progressing('True', 'NewReplicaSetAvailable', message), nowMs);
  }
  if (isMoving(deployment.status ?? {}, next)) {
    // Its time of update is what the deadline counts from, so that it moves although nothing else may.
    const finding = progressing('True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    return [...withoutCondition(conditions, 'Progressing'), renewedCondition(present, finding, nowMs)];
  }
  if (!isTimedOut(conditions, deadlineMs, nowMs)) return conditions;
  const message = `${subject} has timed out progressing.`;
  return withCondition(conditions, progressing('False', 'ProgressDeadlineExceeded', message), nowMs);
}

function subjectOf(deployment: Deployment, current: ReplicaSet | undefined): string {
  return current === undefined
    ? `Deployment "${deployment.metadata.name ?? ''}"`
    : `ReplicaSet "${current.metadata.name ?? ''}"`;
}

function isMoving(before: DeploymentStatus, next: DeploymentStatus): boolean {
  return (
    (next.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldPods(next) < oldPods(before) ||
    (next.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function oldPods({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number {
  return replicas - updatedReplicas;
}

function isTimedOut(conditions: Conditions, deadlineMs: number, nowMs: number): boolean {
  const present = conditionOf(conditions, 'Progressing');
  if (present === undefined || present.reason === 'NewReplicaSetAvailable') return false;
  if (present.reason === 'ProgressDeadlineExceeded') return true;
  return (millisecondsOf(present.lastUpdateTime) ?? nowMs) + deadlineMs < nowMs;
}

/** How long until a rollout that does not move is over its deadline; undefined when it need not be looked at. */
export function msToDeadline(
  deployment: Deployment,
  status: DeploymentStatus,
  nowMs: number,
): number | undefined {
  const present = conditionOf(status.conditions, 'Progressing');
  const deadlineMs = progressDeadlineMs(deployment);
  const updatedMs = millisecondsOf(present?.lastUpdateTime);
  if (deadlineMs === undefined || updatedMs === undefined) return undefined;
  if (present?.reason === 'ProgressDeadlineExceeded' || isComplete(deployment, status)) return undefined;
  return Math.max(updatedMs + deadlineMs - nowMs, 0) + 1000;
}

/** What a ReplicaSet says of pods that it cannot make is said on the deployment too. */
function withReplicaFailure(conditions: Conditions, sets: ReplicaSets): Conditions {
  const newestFirst = [...allSets(sets)].reverse();
  const failure = newestFirst
    .map(({ status }) => conditionOf(status?.conditions, 'ReplicaFailure'))
    .find((it) => it !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const present = conditionOf(conditions, 'ReplicaFailure');
  if (present?.reason === failure.reason) return conditions;
  const { lastTransitionTime } = failure;
  const copied = {
    ...failure,
    ...(lastTransitionTime !== undefined && { lastUpdateTime: lastTransitionTime }),
  };
  return [...withoutCondition(conditions, 'ReplicaFailure'), copied];
}
