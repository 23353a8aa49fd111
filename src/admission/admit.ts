import type { ObjectMeta } from '../kube/meta.ts';
import type { PodSpec } from '../kube/pod.ts';
import { evaluatePod, type PodEvaluation, violationMessage } from '../policy/evaluate-pod.ts';
import { formatLevelVersion, type LevelVersion } from '../policy/level-version.ts';
import { type ExemptionReason, type Exemptions, exemptionOf, NO_EXEMPTIONS } from './exemptions.ts';
import type { NamespacePolicy } from './namespace-policy.ts';

/** A pod on its way into a namespace. */
export interface AdmissionRequest {
  readonly metadata: ObjectMeta | undefined;
  readonly spec: PodSpec;
  readonly namespace: string;
  readonly username?: string;
  /**
   * The object is no pod, but makes pods: it is warned of and audited, yet never denied, since its pods will be. The
   * answer has no `evaluation` then.
   */
  readonly isController?: boolean;
}

/** What the API server answers. */
export interface Admission {
  readonly allowed: boolean;
  /** Upstream's sentence; empty when allowed. */
  readonly message: string;
  /** Shown to the user; none for a pod that is denied anyway. */
  readonly warnings: readonly string[];
  /** Upstream's audit annotations, without their prefix `pod-security.kubernetes.io/`. */
  readonly auditAnnotations: Readonly<Record<string, string>>;
  /** What `enforce` found; undefined when the request is exempt. */
  readonly evaluation: PodEvaluation | undefined;
  readonly exempt: ExemptionReason | undefined;
}

/** Judges a pod, or what makes pods, by the policy of its namespace, as the PodSecurity admission plugin does. */
export function admit(
  request: AdmissionRequest,
  policy: NamespacePolicy,
  exemptions: Exemptions = NO_EXEMPTIONS,
): Admission {
  const { namespace, username, spec } = request;
  const exempt = exemptionOf({ namespace, username, runtimeClassName: spec.runtimeClassName }, exemptions);
  if (exempt !== undefined) {
    return {
      allowed: true,
      message: '',
      warnings: [],
      auditAnnotations: { exempt },
      evaluation: undefined,
      exempt,
    };
  }
  const enforced = request.isController === true ? undefined : evaluate(request, policy.enforce);
  const audited = evaluate(request, policy.audit, enforced);
  const auditAnnotations: Record<string, string> = {};
  if (enforced !== undefined) auditAnnotations['enforce-policy'] = formatLevelVersion(policy.enforce);
  if (!audited.allowed) auditAnnotations['audit-violations'] = wouldViolate(audited);
  const allowed = enforced?.allowed ?? true;
  return {
    allowed,
    message: enforced === undefined ? '' : violationMessage(enforced),
    warnings: allowed ? warningsOf(evaluate(request, policy.warn, enforced, audited)) : [],
    auditAnnotations,
    evaluation: enforced,
    exempt: undefined,
  };
}

/** One of the earlier evaluations when it was of the same level and version. */
function evaluate(
  request: AdmissionRequest,
  wanted: LevelVersion,
  first?: PodEvaluation,
  second?: PodEvaluation,
): PodEvaluation {
  if (first !== undefined && isOf(first, wanted)) return first;
  if (second !== undefined && isOf(second, wanted)) return second;
  return evaluatePod(wanted.level, wanted.version, request.metadata, request.spec);
}

function isOf({ levelVersion }: PodEvaluation, { level, version }: LevelVersion): boolean {
  return levelVersion.level === level && levelVersion.version === version;
}

function warningsOf(evaluation: PodEvaluation): readonly string[] {
  return evaluation.allowed ? [] : [wouldViolate(evaluation)];
}

function wouldViolate(evaluation: PodEvaluation): string {
  return `would ${violationMessage(evaluation).replace(/^violates/, 'violate')}`;
}
