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
  const findings: Finding[] = [];
  for (const problem of problems)
    findings.push(namespaceFinding('namespace-label-invalid', `namespace "${namespace}": ${problem}`));
  for (const warning of admission.warnings) findings.push(namespaceFinding('pod-security-warning', warning));
  return { report: admissionReport(admission, policy, place), findings };
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
  const { level, version } = enforce;
  const violations: ViolationReport[] = [];
  const results = evaluation?.results ?? [];
  for (const result of results) if (!result.allowed) violations.push(violationReport(result, place));
  const report = { level, version, allowed, message, violations, controls: results.length };
  return exempt === undefined ? report : { ...report, exempt };
}

function violationReport(
  { id, reason, detail, advice, fields }: CheckResult,
  place: DocumentPlace,
): ViolationReport {
  const [first] = fields;
  const paths: string[] = [];
  for (const field of fields) paths.push(place.field(field));
  if (first === undefined) return { check: id, reason, detail, fields: paths, advice };
  const { line, column } = place.position(first);
  return { check: id, reason, detail, fields: paths, advice, line, column };
}

function namespaceFinding(code: string, message: string): Finding {
  return { severity: 'warning', code, message, path: [] };
}
