import type {
  CheckedFinding,
  ContainerReport,
  SourcedReport,
  StartReport,
  ViolationReport,
  WorkloadReport,
} from '../core/contract/check-report.ts';
import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { adviceForCheck, adviceForFinding, type ImageIdentity } from './compose-advice.ts';
import type { ComposeWorkload } from './compose-workload.ts';

/**
 * The report of a service's pod, told in the words of the Compose file: fields as the file has them, advice as it would be
 * written there. Messages stay: they are what a cluster would say of the pod. Pure.
 */
export function inComposeWords(
  report: WorkloadReport,
  workload: ComposeWorkload,
  identity?: ImageIdentity,
): WorkloadReport {
  const words: Words = { workload, identity };
  const { admission } = report;
  return {
    ...report,
    findings: report.findings.map((finding) => findingInWords(finding, words)),
    admission: {
      ...admission,
      violations: admission.violations.map((violation) => violationInWords(violation, words)),
    },
    containers: report.containers.map((container) => containerInWords(container, words)),
  };
}

interface Words {
  readonly workload: ComposeWorkload;
  readonly identity: ImageIdentity | undefined;
}

function violationInWords(violation: ViolationReport, { workload, identity }: Words): ViolationReport {
  const paths = violation.fields.map((field) => pathInWords(field, workload));
  const { advice: _ofPods, ...rest } = violation;
  const advice = adviceForCheck(violation.check, paths, workload, identity);
  const fields = [...new Set(paths.map(formatFieldPath))];
  return { ...rest, fields, ...(advice !== undefined && { advice }) };
}

function findingInWords(finding: CheckedFinding, { workload, identity }: Words): CheckedFinding {
  const advice = adviceForFinding(finding, identity);
  return {
    ...finding,
    ...(finding.field !== undefined && { field: formatFieldPath(pathInWords(finding.field, workload)) }),
    ...(advice !== undefined && { advice }),
  };
}

function containerInWords(container: ContainerReport, words: Words): ContainerReport {
  const confinement = Object.fromEntries(
    Object.entries(container.confinement).map(([member, value]) => [member, sourcedInWords(value, words)]),
  );
  const findings = container.findings.map((finding) => findingInWords(finding, words));
  const start = startInWords(container.start, words);
  const { namedUser, pod } = words.workload;
  const isKnown = namedUser === undefined || pod.spec.containers[0]?.securityContext?.runAsUser !== undefined;
  if (isKnown) return { ...container, start, confinement, findings };
  return {
    ...container,
    start,
    confinement: userNotKnown(confinement, words.workload),
    findings: findings.filter(({ code }) => !ABOUT_USERS.includes(code)).map(withoutAssumption),
  };
}

function startInWords(start: StartReport, { workload }: Words): StartReport {
  if (start.ok || start.field === undefined) return start;
  return { ...start, field: formatFieldPath(pathInWords(start.field, workload)) };
}

/** What is said of a process whose user is the image's: here it is another one, by a name that nobody could look up. */
const ABOUT_USERS: readonly string[] = ['implicit-root', 'root-group', 'image-group-lost'];

function withoutAssumption(finding: CheckedFinding): CheckedFinding {
  if (finding.code !== 'image-unknown') return finding;
  return {
    ...finding,
    message: finding.message.replace('verdict assumes root', 'its user is not known'),
  };
}

function userNotKnown(
  confinement: ContainerReport['confinement'],
  workload: ComposeWorkload,
): ContainerReport['confinement'] {
  const { user } = confinement;
  if (user === undefined || typeof user.value !== 'object') return confinement;
  const path = ['services', workload.name, 'user'];
  const { line } = workload.locate(path);
  return {
    ...confinement,
    user: { value: { ...user.value, uid: null }, from: formatFieldPath(path), line },
  };
}

/** What Docker does by itself is no field of the file. */
function sourcedInWords(reported: SourcedReport, { workload }: Words): SourcedReport {
  if (reported.line === undefined) return reported;
  const path = pathInWords(reported.from, workload);
  if (workload.isWritten(path)) return { ...reported, from: formatFieldPath(path) };
  return { value: reported.value, from: "Docker's default" };
}

/** `field` as it stands in the report: of the pod, or of the file already. */
function pathInWords(field: string, workload: ComposeWorkload): FieldPath {
  const path: (string | number)[] = [];
  for (const [, key, index, name] of field.matchAll(/([^.[\]]+)|\[(\d{1,9})\]|\[([^\]]*)\]/g)) {
    path.push(index === undefined ? (key ?? name ?? '') : Number(index));
  }
  return workload.composePath(path);
}
