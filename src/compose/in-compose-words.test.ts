import { describe, expect, test } from 'vitest';
import { typicalPlatform } from '../confinement/platform.ts';
import type { WorkloadReport } from '../core/contract/check-report.ts';
import { objectLookup } from '../manifest/object-lookup.ts';
import { predictWorkload } from '../predict/predict-workload.ts';
import type { ImageIdentity } from './compose-advice.ts';
import type { ComposeWorkload } from './compose-workload.ts';
import { inComposeWords } from './in-compose-words.ts';
import { readCompose } from './read-compose.ts';
import { withAccounts } from './with-accounts.ts';

function serviceOf(fields: string): ComposeWorkload {
  const lines = fields.split('\n').map((line) => `    ${line}\n`);
  const text = `services:\n  web:\n    image: nginx\n${lines.join('')}`;
  const missing = { problem: 'no such file', isMissing: true };
  const [workload] = readCompose('compose.yaml', text, { files: { read: () => missing } }).workloads;
  if (workload === undefined) throw new Error('no service');
  return workload;
}

function reportOf(workload: ComposeWorkload, identity?: ImageIdentity): WorkloadReport {
  const report = predictWorkload(workload, new Map(), {
    lookup: objectLookup([]),
    platform: typicalPlatform('containerd'),
    level: 'restricted',
    showsConfinement: true,
  });
  return inComposeWords(report, workload, identity);
}

/** Each violation as `check: fields @line: advice`. */
function violationsOf(fields: string, identity?: ImageIdentity): readonly string[] {
  return reportOf(serviceOf(fields), identity).admission.violations.map(
    (it) => `${it.check}: ${it.fields.join(', ')} @${it.line}: ${it.advice}`,
  );
}

const SAFE = 'user: "1654:1654"\ncap_drop: [ALL]\nsecurity_opt: ["no-new-privileges:true"]';

describe('a service under restricted', () => {
  test('passes once it says what the advice tells to write', () => {
    expect(violationsOf('restart: always')).toEqual([
      'allowPrivilegeEscalation: services.web.security_opt @2: write security_opt: ["no-new-privileges:true"]',
      'capabilities_restricted: services.web.cap_drop @2: write cap_drop: [ALL]',
      'runAsNonRoot: services.web.user @2: write user: "1000:1000", or another uid that is not 0',
    ]);
    expect(violationsOf(SAFE)).toEqual([]);
  });

  test('is told which capability to remove and which to drop', () => {
    expect(violationsOf('cap_add: [NET_ADMIN]')[1]).toMatch(
      /: write cap_drop: \[ALL\]; remove NET_ADMIN from cap_add$/,
    );
  });

  test('is told the numbers of its image', () => {
    expect(violationsOf('restart: always', { uid: 101, gid: 102 }).at(-1)).toMatch(/write user: "101:102"$/);
  });

  test.each([
    ['pid: host', 'hostNamespaces: services.web.pid @7: remove pid: host'],
    [
      'network_mode: host\nipc: host',
      'hostNamespaces: services.web.network_mode, services.web.ipc @7: remove network_mode: host, ipc: host',
    ],
    [
      'cap_add: [KILL, NET_ADMIN]',
      'capabilities_restricted: services.web.cap_add[0], services.web.cap_add[1] @7: remove KILL, NET_ADMIN from cap_add',
    ],
    [
      'volumes: ["./a:/a", "b:/b"]',
      'restrictedVolumes: services.web.volumes[0] @7: mount a named volume instead of ./a:/a',
    ],
    [
      'sysctls: {kernel.msgmax: 1}',
      'sysctls: services.web.sysctls[kernel.msgmax] @7: remove kernel.msgmax from sysctls',
    ],
    [
      'ports: [{target: 80, published: 80, mode: host}]',
      'hostPorts: services.web.ports[0].mode @7: remove mode: host; a Service reaches the port',
    ],
    [
      'use_api_socket: true',
      'restrictedVolumes: services.web.use_api_socket @7: mount a named volume instead of use_api_socket: true',
    ],
  ])('%s', (fields, expected) => {
    expect(violationsOf(`${SAFE}\n${fields}`)).toEqual([expected]);
  });

  test('that is privileged is told of that first, whatever else it lacks', () => {
    const violations = violationsOf('privileged: true\ncap_drop: [ALL]');
    expect(
      violations.filter((it) => it.includes('remove privileged: true')).map((it) => it.split(':')[0]),
    ).toEqual([
      'privileged',
      'allowPrivilegeEscalation',
      'capabilities_restricted',
      'seccompProfile_restricted',
    ]);
  });

  test.each([
    ['seccomp=unconfined', 'seccompProfile_restricted'],
    ['apparmor=unconfined', 'appArmorProfile'],
    ['label=disable', 'seLinuxOptions'],
    ['systempaths=unconfined', 'procMount'],
  ])('security_opt %s', (option, check) => {
    const written = `user: "1654:1654"\ncap_drop: [ALL]\nsecurity_opt: ["no-new-privileges:true", "${option}"]`;
    expect(violationsOf(written)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${check}.*: services\\.web\\.security_opt\\[1\\] @6: remove ${option} from security_opt$`,
        ),
      ),
    ]);
  });
});

describe('where values come from', () => {
  test('is said with the fields of the file, and what Docker does by itself as such', () => {
    const service = serviceOf('user: "1000:1000"\nread_only: true\ncap_add: [KILL]');
    const { confinement } = reportOf(service).containers[0] ?? {};
    expect(confinement?.['capabilities']).toMatchObject({ from: 'services.web.cap_add', line: 6 });
    expect(confinement?.['user']).toMatchObject({ from: 'services.web.user', line: 4 });
    expect(confinement?.['rootFilesystem']).toMatchObject({ from: 'services.web.read_only', line: 5 });
    expect(confinement?.['seccomp']).toEqual({ value: expect.anything(), from: "Docker's default" });
  });

  test('findings point to the file and say what to write there', () => {
    const findings = reportOf(serviceOf(`${SAFE}\nread_only: true`)).containers[0]?.findings ?? [];
    expect(findings.find(({ code }) => code === 'read-only-root-without-volume')).toMatchObject({
      field: 'services.web.read_only',
      line: 7,
      advice: expect.stringMatching(/^mount a tmpfs or a named volume where/),
    });
  });
});

describe('a user that is a name', () => {
  const accounts = {
    passwd: [
      { name: 'root', uid: 0, gid: 0 },
      { name: 'app', uid: 1654, gid: 1655 },
    ],
    group: [{ name: 'staff', gid: 50 }],
  };

  test('is not taken for root while nobody can look it up', () => {
    const container = reportOf(serviceOf('user: app')).containers[0];
    expect(container?.confinement['user']).toMatchObject({
      value: { uid: null },
      from: 'services.web.user',
      line: 4,
    });
    expect(container?.findings.map(({ code }) => code)).not.toContain('implicit-root');
    expect(container?.findings).toContainEqual(
      expect.objectContaining({
        code: 'image-unknown',
        message: expect.stringContaining('its user is not known'),
      }),
    );
  });

  test.each([
    ['app', { runAsUser: 1654, runAsGroup: 1655, runAsNonRoot: true }],
    ['app:staff', { runAsUser: 1654, runAsGroup: 50, runAsNonRoot: true }],
    ['app:7', { runAsUser: 1654, runAsGroup: 7, runAsNonRoot: true }],
    ['"9:staff"', { runAsUser: 9, runAsGroup: 50, runAsNonRoot: true }],
  ])('%s has its numbers from the image', (user, context) => {
    const workload = withAccounts(serviceOf(`user: ${user}`), accounts);
    expect(workload.pod.spec.containers[0]?.securityContext).toMatchObject(context);
    expect(workload.rawPod.spec.containers[0]?.securityContext).toMatchObject(context);
    expect(workload.findings).toMatchObject([{ severity: 'note', code: 'compose-user-name' }]);
    expect(violationsOfWorkload(workload)).not.toContain('runAsNonRoot');
  });

  test.each(['nobody', 'app:nogroup', '"1000:1000"'])('%s stays as it is', (user) => {
    const workload = serviceOf(`user: ${user}`);
    expect(withAccounts(workload, accounts)).toBe(workload);
  });
});

function violationsOfWorkload(workload: ComposeWorkload): readonly string[] {
  return reportOf(workload).admission.violations.map(({ check }) => check);
}
