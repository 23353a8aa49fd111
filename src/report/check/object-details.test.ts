import { describe, expect, it } from 'vitest';
import type {
  CheckReport,
  ContainerReport,
  ViolationReport,
  WorkloadReport,
} from '../../core/contract/check-report.ts';
import { NO_FINDINGS } from '../../core/sum-findings.ts';
import { PLAIN } from '../palette.ts';
import { textFormat } from './text-format.ts';

const options = { columns: 100, palette: PLAIN };

function renderCheck(of: CheckReport, { columns, palette }: typeof options): string {
  const format = textFormat({ columns, palette, style: 'details' });
  return format.add(format.piece(of)) + format.close(of.summary);
}

const fourteen =
  'CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP'.split(
    ' ',
  );

const rootContainer: ContainerReport = {
  name: 'aspnetapp',
  type: 'container',
  image: 'registry.test/samples:aspnetapp',
  imageKnown: 'yes',
  start: {
    ok: false,
    reason: 'CreateContainerConfigError',
    message:
      'container has runAsNonRoot and image will run as root (pod: "web_default(1)", container: aspnetapp)',
    advice: 'the image sets no USER; write  runAsUser: 1654  (its passwd has app:1654)',
    line: 20,
  },
  confinement: {
    user: { value: { uid: 0, gid: 0, groups: [0], username: 'root' }, from: 'image USER (none)' },
    privileged: { value: false, from: 'kubernetes default' },
    capabilities: {
      value: { bounding: fourteen, effective: fourteen, permitted: fourteen, inheritable: [], ambient: [] },
      from: 'runtime default (containerd)',
    },
    noNewPrivileges: {
      value: true,
      from: 'spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation',
      line: 22,
    },
    seccomp: { value: { mode: 'unconfined' }, from: 'kubelet default' },
    'namespaces.user': { value: { mode: 'host' }, from: 'kubernetes default' },
    'namespaces.network': { value: 'pod', from: 'kubernetes default' },
    rootFilesystem: { value: { readOnly: false }, from: 'kubernetes default' },
  },
  writable: [],
  findings: [],
};

const workload: WorkloadReport = {
  source: { file: 'deploy.yaml', document: 0, line: 1 },
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'default',
  name: 'web',
  invalid: [],
  admission: {
    level: 'restricted',
    version: 'v1.36',
    allowed: false,
    message: 'violates PodSecurity',
    controls: 17,
    violations: [
      {
        check: 'capabilities_restricted',
        reason: 'unrestricted capabilities',
        detail: 'container "aspnetapp" must set securityContext.capabilities.drop=["ALL"]',
        fields: [],
        line: 22,
      },
    ],
  },
  containers: [rootContainer],
  findings: [],
};

const report: CheckReport = {
  apiVersion: 'podproof.dev/v1',
  kind: 'CheckReport',
  profile: 'containerd',
  kubernetes: '1.36',
  workloads: [workload],
  objects: [],
  dockerfiles: [],
  problems: [],
  skipped: [],
  summary: { ...NO_FINDINGS, workloads: 1, denied: 1, wouldNotStart: 1 },
};

describe('the text of a check', () => {
  it('shows the verdict first, then each value with its origin and line', () => {
    expect(renderCheck(report, options)).toMatchInlineSnapshot(`
      "deploy.yaml:1  Deployment default/web

        aspnetapp   registry.test/samples:aspnetapp
          would not start    CreateContainerConfigError: container has runAsNonRoot and image will run as
                             root (pod: "web_default(1)", container: aspnetapp)
                             the image sets no USER; write  runAsUser: 1654  (its passwd has           :20
                             app:1654)
          runs as            0:0 root    image USER (none)
          capabilities       14          runtime default (containerd)
          no new privileges  yes         container allowPrivilegeEscalation                            :22
          seccomp            unconfined  kubelet default
          user namespace     the host's  kubernetes default
          root file system   writable    kubernetes default

        restricted v1.36   denied, 1 of 17 controls
          capabilities_restricted  container "aspnetapp" must set                                      :22
                                   securityContext.capabilities.drop=["ALL"]

      1 workload: 1 denied, 1 would not start
      "
    `);
  });

  it('names the few places where a read-only container can write', () => {
    const hardened: ContainerReport = {
      ...rootContainer,
      start: { ok: true },
      confinement: {
        user: {
          value: { uid: 1654, gid: 1654, groups: [1654, 2000], username: 'app' },
          from: 'spec.securityContext.runAsUser',
          line: 7,
        },
        capabilities: {
          value: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] },
          from: 'spec.containers[0].securityContext.capabilities',
          line: 12,
        },
        'namespaces.user': {
          value: { mode: 'pod', size: 65536, hostId: null },
          from: 'spec.hostUsers',
          line: 5,
        },
        rootFilesystem: {
          value: { readOnly: true },
          from: 'spec.containers[0].securityContext.readOnlyRootFilesystem',
          line: 14,
        },
      },
      writable: [
        { path: '/tmp', what: 'emptyDir' },
        { path: '/run', what: 'emptyDir' },
      ],
      findings: [
        { severity: 'note', code: 'n', message: 'a note' },
        { severity: 'warning', code: 'w', message: 'a warning', advice: 'write this instead', line: 3 },
      ],
    };
    const text = renderCheck(
      {
        ...report,
        workloads: [
          {
            ...workload,
            containers: [hardened],
            admission: { ...workload.admission, allowed: true, violations: [] },
          },
        ],
        summary: { ...NO_FINDINGS, workloads: 1, warnings: 1 },
      },
      options,
    );
    expect(text).toMatchInlineSnapshot(`
      "deploy.yaml:1  Deployment default/web

        aspnetapp   registry.test/samples:aspnetapp
          runs as           1654:1654 app, groups 2000  pod runAsUser                                   :7
          capabilities      none                        container capabilities                         :12
          user namespace    own, 65536 ids              pod hostUsers                                   :5
          root file system  read-only                   container readOnlyRootFilesystem               :14
          can write         /tmp (emptyDir), /run (emptyDir)
          warning           a warning                                                                   :3
                            write this instead
          note              a note

        restricted v1.36   allowed

      1 workload: all admitted, all would start, 1 warning
      "
    `);
  });

  it('fits its columns, however long a detail is', () => {
    const long: ViolationReport = {
      check: 'capabilities_restricted',
      reason: '',
      fields: [],
      detail: 'container "aspnetapp" must set '.repeat(8).trim(),
    };
    const text = renderCheck(
      {
        ...report,
        workloads: [
          {
            ...workload,
            admission: { ...workload.admission, violations: [long] },
          },
        ],
      },
      { ...options, columns: 80 },
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('shows what the API server would refuse before everything else, of workloads and of other objects', () => {
    const message = 'spec.template.spec.containers[0].name: Required value';
    const invalid = [{ message, field: 'spec.template.spec.containers[0].name', line: 12, column: 9 }];
    const text = renderCheck(
      {
        ...report,
        workloads: [{ ...workload, invalid }],
        objects: [
          {
            source: { file: 'c.yaml', document: 1, line: 3 },
            apiVersion: 'v1',
            kind: 'Namespace',
            namespace: '',
            name: 'n',
            invalid: [
              {
                message: 'metadata.labels: Invalid value: "a b"',
                field: 'metadata.labels',
                line: 4,
                column: 3,
              },
            ],
            findings: [],
          },
        ],
        summary: { ...report.summary, invalid: 2 },
      },
      options,
    );
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'deploy.yaml:1  Deployment default/web',
      '',
      `${`  invalid  ${message}`.padEnd(97)}:12`,
    ]);
    expect(text).toContain('c.yaml:3  Namespace n\n\n  invalid  metadata.labels: Invalid value: "a b"');
    expect(text).toContain('1 workload: 2 invalid, 1 denied, 1 would not start\n');
  });
});
