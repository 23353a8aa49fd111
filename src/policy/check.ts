import type { FieldPath } from '../core/field-path.ts';
import type { Level, PolicyVersion } from './level-version.ts';
import type { ReviewedPod } from './reviewed-pod.ts';

/** One control of the Pod Security Standards. Ids and texts are upstream's own. */
export interface Check {
  /** Upstream's id: `runAsNonRoot`. */
  readonly id: string;
  /** A baseline check counts at the restricted level too, unless a restricted check overrides it. */
  readonly level: Exclude<Level, 'privileged'>;
  /** What the control asks for, in one sentence. */
  readonly description: string;
  /** Revisions, oldest first; each holds from its version until the next one's. */
  readonly versions: readonly VersionedCheck[];
}

export interface VersionedCheck {
  readonly minimumVersion: Exclude<PolicyVersion, 'latest'>;
  readonly review: Review;
  /** Baseline checks that this revision stands in for. Only restricted checks have any. */
  readonly overrides?: readonly string[];
}

/** Undefined when the pod is allowed. */
export type Review = (pod: ReviewedPod) => Violation | undefined;

/** Why a check forbids a pod. */
export interface Violation {
  /** Upstream's `ForbiddenReason`: `host namespaces`. */
  readonly reason: string;
  /** Upstream's `ForbiddenDetail`: `hostNetwork=true`; empty when the reason says it all. */
  readonly detail: string;
  /** The fields to write to, from the pod's root, in the order of the pod. */
  readonly fields: readonly FieldPath[];
}
