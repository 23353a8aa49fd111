import { selectorMatches } from '../../kube/label-selector.ts';
import type { Pod } from '../../kube/pod.ts';
import type { ReplicaSet } from '../../kube/workload-kinds.ts';
import type { ReplicaSetStatus, WorkloadCondition } from '../../kube/workload-status.ts';
import { timestamp } from '../clock.ts';
import { errorText } from '../error-text.ts';
import { isAvailable, isReady } from '../pod-state.ts';

/** What went wrong while pods were made or taken away. */
export interface ReplicaFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly error: unknown;
}

/** The status of a ReplicaSet with these active pods. */
export function replicaSetStatus(
  set: ReplicaSet,
  pods: readonly Pod[],
  failure: ReplicaFailure | undefined,
  nowMs: number,
): ReplicaSetStatus {
  const labels = { matchLabels: set.spec.template.metadata?.labels ?? {} };
  const conditions = withFailure(set.status?.conditions ?? [], failure, nowMs);
  return {
    replicas: pods.length,
    fullyLabeledReplicas: pods.filter((it) => selectorMatches(labels, it.metadata.labels ?? {})).length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((it) => isAvailable(it, set.spec.minReadySeconds ?? 0, nowMs)).length,
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** The first failure stays until there is none: its text and time do not flicker with each attempt. */
function withFailure(
  conditions: readonly WorkloadCondition[],
  failure: ReplicaFailure | undefined,
  nowMs: number,
): readonly WorkloadCondition[] {
  const others = conditions.filter((it) => it.type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  if (others.length < conditions.length) return conditions;
  const condition: WorkloadCondition = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: timestamp(nowMs),
    reason: failure.reason,
    message: errorText(failure.error),
  };
  return [...others, condition];
}
