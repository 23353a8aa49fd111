import type { WorkloadCondition } from '../kube/workload-status.ts';
import { timestamp } from './clock.ts';

export type Conditions = readonly WorkloadCondition[];

export function conditionOf(conditions: Conditions | undefined, type: string): WorkloadCondition | undefined {
  return conditions?.find((it) => it.type === type);
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.some((it) => it.type === type) ? conditions.filter((it) => it.type !== type) : conditions;
}

/** What a condition says, without its times. */
export interface Finding {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/**
 * With the condition as it is now, last. One of the same status and reason stays as it is, with its message and times;
 * the transition time moves only with the status.
 */
export function withCondition(conditions: Conditions, next: Finding, nowMs: number): Conditions {
  const present = conditionOf(conditions, next.type);
  if (present?.status === next.status && present.reason === next.reason) return conditions;
  return [...withoutCondition(conditions, next.type), renewedCondition(present, next, nowMs)];
}

/** The condition with new times; the transition time moves only with the status. */
export function renewedCondition(
  present: WorkloadCondition | undefined,
  next: Finding,
  nowMs: number,
): WorkloadCondition {
  const now = timestamp(nowMs);
  const since = present?.status === next.status ? present.lastTransitionTime : undefined;
  return { ...next, lastUpdateTime: now, lastTransitionTime: since ?? now };
}
