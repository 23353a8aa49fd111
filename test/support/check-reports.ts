import type {
  CheckSummary,
  ContainerReport,
  DockerfileReport,
  FileReport,
  WorkloadReport,
} from '../../src/core/contract/check-report.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from '../../src/core/sum-findings.ts';
import type { CheckFormat } from '../../src/report/check/check-format.ts';

export const EMPTY_REPORT: FileReport = {
  workloads: [],
  objects: [],
  dockerfiles: [],
  problems: [],
  skipped: [],
};

export const HEADER = { profile: 'containerd', kubernetes: '1.36', podproof: '0.1.0' } as const;

/** Everything that an output writes of these files; pieces cross from one thread to another on their way. */
export function writeAll<Piece>(
  format: CheckFormat<Piece>,
  reports: readonly FileReport[],
  summary: CheckSummary = summaryOf(reports),
): string {
  const parts = reports.map((report) => format.add(structuredClone(format.piece(report))));
  return [format.open(HEADER), ...parts, format.close(summary)].join('');
}

export function summaryOf(reports: readonly FileReport[]): CheckSummary {
  return reports.map(sumFindings).reduce(addSummaries, NO_FINDINGS);
}

export const GOOD_CONTAINER: ContainerReport = {
  name: 'web',
  type: 'container',
  image: 'registry.test/web:1',
  imageKnown: 'yes',
  start: { ok: true },
  confinement: {},
  writable: [],
  findings: [],
};

export const ROOT_CONTAINER: ContainerReport = {
  ...GOOD_CONTAINER,
  start: {
    ok: false,
    reason: 'CreateContainerConfigError',
    message: 'container has runAsNonRoot and image will run as root (pod: "web_default(1)", container: web)',
    advice: 'write  runAsUser: 1654  (its passwd has app:1654)',
    line: 20,
    column: 11,
  },
  findings: [
    {
      severity: 'warning',
      code: 'implicit-root',
      message: 'runs as root: the manifest sets no runAsUser and the image no other user',
      field: 'spec.template.spec.containers[0].securityContext.runAsUser',
      line: 18,
      column: 9,
      advice: 'write runAsNonRoot: true and a runAsUser other than 0',
    },
  ],
};

export const ADMITTED: WorkloadReport = {
  source: { file: 'deploy/web.yaml', document: 0, line: 1 },
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'default',
  name: 'web',
  invalid: [],
  admission: {
    level: 'restricted',
    version: 'v1.36',
    allowed: true,
    message: '',
    violations: [],
    controls: 17,
  },
  containers: [GOOD_CONTAINER],
  findings: [],
};

export const DENIED: WorkloadReport = {
  ...ADMITTED,
  admission: {
    ...ADMITTED.admission,
    allowed: false,
    message: 'violates PodSecurity "restricted:v1.36"',
    violations: [
      {
        check: 'allowPrivilegeEscalation',
        reason: 'allowPrivilegeEscalation != false',
        detail: 'container "web" must set securityContext.allowPrivilegeEscalation=false',
        fields: ['spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation'],
        advice: 'write  allowPrivilegeEscalation: false  in the securityContext of container web',
        line: 19,
        column: 11,
      },
    ],
  },
  containers: [ROOT_CONTAINER],
};

/** A namesake that is denied, and known to be. */
export const SUPPRESSED: WorkloadReport = {
  ...DENIED,
  name: 'legacy',
  containers: [GOOD_CONTAINER],
  admission: {
    ...DENIED.admission,
    violations: DENIED.admission.violations.map((violation) => ({
      ...violation,
      suppressed: { by: 'annotation', reason: 'goes away in spring' },
    })),
  },
};

export const DOCKERFILE: DockerfileReport = {
  source: { file: 'app/Dockerfile', line: 14 },
  stage: 'final',
  base: 'mcr.microsoft.com/dotnet/aspnet:8.0',
  baseKnown: 'yes',
  identity: {
    user: 'app',
    uid: 1654,
    gid: 1654,
    groups: [],
    numeric: false,
    verifiableAsNonRoot: false,
    from: 'USER app',
  },
  start: {
    ok: false,
    reason: 'CreateContainerConfigError',
    message:
      'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root',
    advice: 'write  USER $APP_UID',
    line: 14,
    column: 1,
  },
  findings: [],
};

/** One of everything, in five files. */
export const REPORTS: readonly FileReport[] = [
  { ...EMPTY_REPORT, workloads: [DENIED, SUPPRESSED] },
  { ...EMPTY_REPORT, workloads: [ADMITTED] },
  {
    ...EMPTY_REPORT,
    objects: [
      {
        source: { file: 'namespaces.yaml', document: 1, line: 8 },
        apiVersion: 'v1',
        kind: 'Namespace',
        namespace: '',
        name: 'team',
        invalid: [
          {
            message: 'metadata.labels: Invalid value: "a b": a valid label must be short',
            field: 'metadata.labels.x',
            line: 12,
            column: 7,
          },
        ],
        findings: [],
      },
    ],
    problems: [
      {
        file: 'broken.yaml',
        line: 3,
        column: 5,
        message: 'the mapping has no value',
        advice: 'write a value',
      },
    ],
  },
  { ...EMPTY_REPORT, dockerfiles: [DOCKERFILE] },
  { ...EMPTY_REPORT, skipped: [{ file: 'logo.png', reason: 'no text' }] },
];

/** What a stranger may call things: every name, message and reason at once, all in one workload. */
export function hostileReport(text: string): FileReport {
  const suppressed = { by: 'annotation', reason: text } as const;
  const finding = { severity: 'warning', code: text, message: text, advice: text, field: text } as const;
  const container: ContainerReport = {
    ...GOOD_CONTAINER,
    name: text,
    image: text,
    start: { ok: false, reason: 'CreateContainerError', message: text, advice: text, line: 2 },
    findings: [finding, { ...finding, suppressed }],
  };
  const workload: WorkloadReport = {
    ...DENIED,
    source: { file: text, document: 0, line: 1, rendered: { by: text, template: text } },
    kind: text,
    name: text,
    namespace: text,
    invalid: [{ message: text, field: text, line: 1, column: 1 }],
    containers: [container],
    findings: [finding],
  };
  return {
    workloads: [workload, { ...workload, source: { file: text, document: 1, line: 9 } }],
    objects: [],
    dockerfiles: [{ ...DOCKERFILE, source: { file: text, line: 1 }, stage: text, base: text }],
    problems: [{ file: text, line: 1, column: 1, message: text, advice: text }],
    skipped: [{ file: text, reason: text }],
  };
}

/** Each is an attack on one of the outputs. */
export const HOSTILE_TEXTS: readonly string[] = [
  '\u001B[2J\u001B]0;title\u0007 cleared',
  'before\nafter\r\n1 workload: all admitted, all would start',
  'right\u202Eto\u2066left',
  '\u0000\u0008\uFFFE\uFFFF lone \uD800 and \uDC00',
  ']]></failure></testcase><testcase name="fake"/><!-- -->&amp; "quoted" \'single\'',
  '</details><script>alert(1)</script><img src=x onerror=alert(1)>',
  '| a | b |\\| c `code` ``two`` [link](https://evil.test) ![image](https://evil.test) @everyone #1',
  'https://evil.test www.evil.test someone@evil.test',
  '[message](https://evil.test) \\[x](y) {0} {1}',
  '%0A::error::fake, file=a:b %25',
  '::set-output name=x::y\n::error::fake\n  ::debug::z ##[group]a ##vso[task.complete]b ##teamcity[c]',
];
