import type { FieldPath } from '../core/field-path.ts';
import type { ObjectMeta } from '../kube/meta.ts';
import type { PodSpec } from '../kube/pod.ts';
import { formatLevelVersion, type Level, type LevelVersion, type PolicyVersion } from './level-version.ts';
import { checksFor } from './registry.ts';
import { reviewedPod } from './reviewed-pod.ts';

/** One check's answer. `reason`, `detail` and `fields` are empty when it allows the pod. */
export interface CheckResult {
  readonly id: string;
  readonly allowed: boolean;
  readonly reason: string;
  readonly detail: string;
  /** The fields to write to, from the pod's root. */
  readonly fields: readonly FieldPath[];
}

/** What a level at a version says about a pod. The two lists have an entry per check that forbids it, in the same order. */
export interface PodEvaluation {
  readonly levelVersion: LevelVersion;
  readonly allowed: boolean;
  readonly forbiddenReasons: readonly string[];
  readonly forbiddenDetails: readonly string[];
  /** Every check that counts, in upstream's order. */
  readonly results: readonly CheckResult[];
}

const NO_FIELDS: readonly FieldPath[] = Object.freeze([]);

/**
 * Evaluates a pod or a pod template against a level of the Pod Security Standards at a version. A version newer than
 * all that are known counts as the newest; the privileged level has no checks.
 */
export function evaluatePod(
  level: Level,
  version: PolicyVersion,
  metadata: ObjectMeta | undefined,
  podSpec: PodSpec,
): PodEvaluation {
  const pod = reviewedPod(metadata, podSpec);
  const forbiddenReasons: string[] = [];
  const forbiddenDetails: string[] = [];
  const results = checksFor(level, version).map(({ id, review }): CheckResult => {
    const violation = review(pod);
    if (violation === undefined) return { id, allowed: true, reason: '', detail: '', fields: NO_FIELDS };
    forbiddenReasons.push(violation.reason);
    forbiddenDetails.push(violation.detail);
    return { id, allowed: false, ...violation };
  });
  return {
    levelVersion: { level, version },
    allowed: forbiddenReasons.length === 0,
    forbiddenReasons,
    forbiddenDetails,
    results,
  };
}

/** `hostPort, privileged`: what upstream says about all pods of a namespace at once. */
export function forbiddenReason({ forbiddenReasons }: PodEvaluation): string {
  return forbiddenReasons.join(', ');
}

/** `host namespaces (hostPID=true), privileged (container "c" must not ...)`. */
export function forbiddenDetail({ forbiddenReasons, forbiddenDetails }: PodEvaluation): string {
  return forbiddenReasons
    .map((reason, index) => {
      const detail = forbiddenDetails[index] ?? '';
      return detail === '' ? reason : `${reason} (${detail})`;
    })
    .join(', ');
}

/** `violates PodSecurity "restricted:v1.36": ...`, the sentence that a cluster prints; empty when allowed. */
export function violationMessage(evaluation: PodEvaluation): string {
  if (evaluation.allowed) return '';
  return `violates PodSecurity "${formatLevelVersion(evaluation.levelVersion)}": ${forbiddenDetail(evaluation)}`;
}
