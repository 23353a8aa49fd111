import type { FieldPath } from '../core/field-path.ts';
import type { Level, PolicyVersion } from './level-version.ts';
import type { ReviewedPod } from './reviewed-pod.ts';

/** One control of the Pod Security Standards. Ids and texts of verdicts are upstream's own. */
export interface Check {
  /** Upstream's id: `runAsNonRoot`. */
  readonly id: string;
  /** A baseline check counts at the restricted level too, unless a restricted check overrides it. */
  readonly level: Exclude<Level, 'privileged'>;
  /** The control's name in the standard: `Running as Non-root`. */
  readonly title: string;
  /** What the control asks for, in one sentence. */
  readonly description: string;
  /** The fields that are looked at, and what may stand there. */
  readonly restricts: readonly Restriction[];
  /** What to write so that a pod is allowed, in one sentence of Markdown. */
  readonly remedy: string;
  /** Revisions, oldest first; each holds from its version until the next one's. */
  readonly versions: readonly VersionedCheck[];
}

/** Fields that may have the same values. */
export interface Restriction {
  /** From the pod's root, `[*]` for every element: `spec.containers[*].securityContext.privileged`. */
  readonly fields: readonly string[];
  /** Values as a manifest writes them, or a few words: `false`, `left out`, `any value from v1.35 on with hostUsers: false`. */
  readonly allowed: readonly string[];
}

export interface VersionedCheck {
  readonly minimumVersion: Exclude<PolicyVersion, 'latest'>;
  /** What the standard asks for otherwise than before, in a few words. The first revision of a check has none. */
  readonly change?: string;
  readonly review: Review;
  /** Baseline checks that this revision stands in for. Only restricted checks have any. */
  readonly overrides?: readonly string[];
}

/** Undefined when the pod is allowed. */
export type Review = (pod: ReviewedPod) => Violation | undefined;

/** Why a check forbids a pod, and what to do. */
export interface Violation {
  /** Upstream's `ForbiddenReason`: `host namespaces`. */
  readonly reason: string;
  /** Upstream's `ForbiddenDetail`: `hostNetwork=true`; empty when the reason says it all. */
  readonly detail: string;
  /** What to write, and where, in one line: `write securityContext.privileged: false in container "c"`. */
  readonly advice: string;
  /** The fields to write to, from the pod's root, in the order of the pod. */
  readonly fields: readonly FieldPath[];
}

/** One check's answer. Its texts and `fields` are empty when it allows the pod. */
export interface CheckResult extends Violation {
  readonly id: string;
  readonly allowed: boolean;
}

/** Where the standard describes the control's level. */
export function standardUrl({ level }: Pick<Check, 'level'>): string {
  return `https://kubernetes.io/docs/concepts/security/pod-security-standards/#${level}`;
}
