import { type Admission, admit } from '../admission/admit.ts';
import {
  levelsFor,
  type NamespaceLevels,
  type NamespacePolicy,
  OPEN_POLICY,
  setsLevel,
} from '../admission/namespace-policy.ts';
import { podCreator } from '../admission/pod-creator.ts';
import type { AdmissionReport, ViolationReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import { KUBERNETES_VERSION } from '../core/kubernetes-version.ts';
import type { Pod } from '../kube/pod.ts';
import type { CheckResult } from '../policy/evaluate-pod.ts';
import type { LevelVersion } from '../policy/level-version.ts';
import type { DocumentPlace } from './document-place.ts';
import type { PredictSettings } from './predict-settings.ts';

export interface AdmissionPrediction {
  readonly report: AdmissionReport;
  /** The namespace's own warnings, and labels of it that cannot be read. */
  readonly findings: readonly Finding[];
}

/** What a workload is judged by when neither the user nor its namespace nor the cluster's configuration says. */
const DEFAULT_ENFORCE: LevelVersion = { level: 'restricted', version: `v${KUBERNETES_VERSION}` };

/** The pod of a workload of that kind, on its way into a namespace. */
export interface AdmittedPod {
  readonly pod: Pod;
  readonly kind: string;
  readonly namespace: string;
}

/** Would the API server admit the pod. */
export function predictAdmission(
  { pod, kind, namespace }: AdmittedPod,
  settings: PredictSettings,
  place: DocumentPlace,
): AdmissionPrediction {
  const { lookup, podSecurity } = settings;
  const username = podCreator(kind, settings.username);
  const { policy, problems } = policyFor(lookup.namespace(namespace)?.metadata.labels, settings);
  const admission = admit(
    { metadata: pod.metadata, spec: pod.spec, namespace, ...(username !== undefined && { username }) },
    policy,
    podSecurity?.exemptions,
  );
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

/** What the pods of a namespace are held to. */
export function enforcedLevel(namespace: string, settings: PredictSettings): LevelVersion {
  return policyFor(settings.lookup.namespace(namespace)?.metadata.labels, settings).policy.enforce;
}

/** A level that was asked for stands alone: the namespace's labels and the defaults are then not looked at. */
function policyFor(
  labels: Readonly<Record<string, string>> | undefined,
  { level, version, podSecurity }: PredictSettings,
): NamespaceLevels {
  if (level !== undefined) {
    const enforce = { level, version: version ?? DEFAULT_ENFORCE.version };
    return { policy: { ...OPEN_POLICY, enforce }, problems: [] };
  }
  const { policy, problems } = levelsFor(labels, podSecurity?.defaults);
  const isSaid = podSecurity !== undefined || setsLevel(labels, 'enforce');
  const enforce = isSaid ? policy.enforce : DEFAULT_ENFORCE;
  return {
    policy: { ...policy, enforce: { level: enforce.level, version: version ?? enforce.version } },
    problems,
  };
}

function admissionReport(
  { allowed, message, evaluation, exempt }: Admission,
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
    ...(exempt !== undefined && { exempt }),
  };
}

function violationReport(
  { id, reason, detail, advice, fields }: CheckResult,
  place: DocumentPlace,
): ViolationReport {
  const first = fields[0];
  return {
    check: id,
    reason,
    detail,
    fields: fields.map((field) => place.field(field)),
    advice,
    ...(first !== undefined && place.position(first)),
  };
}

function namespaceFinding(code: string, message: string): Finding {
  return { severity: 'warning', code, message, path: [] };
}
