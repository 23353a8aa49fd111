import { type Admission, admit } from '../admission/admit.ts';
import { levelsFor, type NamespacePolicy, OPEN_POLICY, setsLevel } from '../admission/namespace-policy.ts';
import type { AdmissionReport, ViolationReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { CheckResult } from '../policy/evaluate-pod.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';
import type { DocumentPlace } from './document-place.ts';

/** What the user wants pods to be judged by; what is left out comes from the namespace. */
export interface AskedLevel {
  readonly level?: Level | undefined;
  readonly version?: PolicyVersion | undefined;
}

export interface AdmissionPrediction {
  readonly report: AdmissionReport;
  /** The namespace's own warnings, and labels of it that cannot be read. */
  readonly findings: readonly Finding[];
}

/** What a workload is judged by when nobody says otherwise. */
const DEFAULT_LEVEL: Level = 'restricted';

/** Would the API server admit the pod. `currentVersion` counts where neither the user nor the namespace names one. */
export function predictAdmission(
  pod: Pod,
  namespace: string,
  lookup: ObjectLookup,
  asked: AskedLevel,
  currentVersion: PolicyVersion,
  place: DocumentPlace,
): AdmissionPrediction {
  const { policy, problems } = policyFor(lookup.namespace(namespace)?.metadata.labels, asked, currentVersion);
  const admission = admit({ metadata: pod.metadata, spec: pod.spec, namespace }, policy);
  return {
    report: admissionReport(admission, policy, place),
    findings: [
      ...problems.map((problem) =>
        namespaceFinding('namespace-label-invalid', `namespace "${namespace}": ${problem}`),
      ),
      ...admission.warnings.map((warning) => namespaceFinding('pod-security-warning', warning)),
    ],
  };
}

/** A level that was asked for stands alone: the namespace's labels are then not looked at. */
function policyFor(
  labels: Readonly<Record<string, string>> | undefined,
  { level, version }: AskedLevel,
  currentVersion: PolicyVersion,
): { readonly policy: NamespacePolicy; readonly problems: readonly string[] } {
  if (level !== undefined) {
    return {
      policy: { ...OPEN_POLICY, enforce: { level, version: version ?? currentVersion } },
      problems: [],
    };
  }
  const { policy, problems } = levelsFor(labels);
  const enforce = setsLevel(labels, 'enforce')
    ? policy.enforce
    : { level: DEFAULT_LEVEL, version: currentVersion };
  return {
    policy: { ...policy, enforce: { level: enforce.level, version: version ?? enforce.version } },
    problems,
  };
}

function admissionReport(
  { allowed, message, evaluation }: Admission,
  { enforce }: NamespacePolicy,
  place: DocumentPlace,
): AdmissionReport {
  const results = evaluation?.results ?? [];
  return {
    level: enforce.level,
    version: enforce.version,
    allowed,
    message,
    violations: results.filter((result) => !result.allowed).map((result) => violationReport(result, place)),
    controls: results.length,
  };
}

function violationReport({ id, reason, detail, fields }: CheckResult, place: DocumentPlace): ViolationReport {
  const first = fields[0];
  return {
    check: id,
    reason,
    detail,
    fields: fields.map((field) => place.field(field)),
    ...(first !== undefined && { line: place.line(first) }),
  };
}

function namespaceFinding(code: string, message: string): Finding {
  return { severity: 'warning', code, message, path: [] };
}
