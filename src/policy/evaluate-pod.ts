import type { ObjectMeta } from '../kube/meta.ts';
import type { PodSpec } from '../kube/pod.ts';
import type { CheckResult } from './check.ts';
import { formatLevelVersion, type Level, type LevelVersion, type PolicyVersion } from './level-version.ts';
import { checksFor } from './registry.ts';
import { reviewedPod } from './reviewed-pod.ts';

export type { CheckResult } from './check.ts';

/** What a level at a version says about a pod. The two lists have an entry per check that forbids it, in the same order. */
export interface PodEvaluation {
  readonly levelVersion: LevelVersion;
  readonly allowed: boolean;
  readonly forbiddenReasons: readonly string[];
  readonly forbiddenDetails: readonly string[];
  /** Every check that counts, in upstream's order. Those that allow the pod are shared between evaluations. */
  readonly results: readonly CheckResult[];
}

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
  const { checks, allowing } = checksFor(level, version);
  if (checks.length === 0) return allowedBy(level, version, allowing);
  const pod = reviewedPod(metadata, podSpec);
  let results: CheckResult[] | undefined;
  for (let index = 0; index < checks.length; index += 1) {
    const check = checks[index];
    const violation = check?.review(pod);
    if (check === undefined || violation === undefined) continue;
    const { reason, detail, advice, fields } = violation;
    results ??= [...allowing];
    results[index] = { id: check.id, allowed: false, reason, detail, advice, fields };
  }
  if (results === undefined) return allowedBy(level, version, allowing);
  return { levelVersion: { level, version }, allowed: false, ...forbidding(results), results };
}

function allowedBy(level: Level, version: PolicyVersion, results: readonly CheckResult[]): PodEvaluation {
  const levelVersion = { level, version };
  return { levelVersion, allowed: true, forbiddenReasons: NONE, forbiddenDetails: NONE, results };
}

const NONE: readonly string[] = Object.freeze([]);

function forbidding(
  results: readonly CheckResult[],
): Pick<PodEvaluation, 'forbiddenReasons' | 'forbiddenDetails'> {
  const forbiddenReasons: string[] = [];
  const forbiddenDetails: string[] = [];
  for (const { allowed, reason, detail } of results) {
    if (allowed) continue;
    forbiddenReasons.push(reason);
    forbiddenDetails.push(detail);
  }
  return { forbiddenReasons, forbiddenDetails };
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
