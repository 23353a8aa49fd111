import { expect, test } from 'vitest';
import type { ObjectMeta } from '../../src/kube/meta.ts';
import type { Container, PodSpec, SecurityContext } from '../../src/kube/pod.ts';
import { CHECKS } from '../../src/policy/checks.ts';
import { evaluatePod } from '../../src/policy/evaluate-pod.ts';
import type { PolicyVersion } from '../../src/policy/level-version.ts';

// Inputs and texts of upstream's own unit tests (kubernetes/pod-security-admission, policy/*_test.go, June 2026).

interface TextCase {
  readonly check: string;
  readonly versions: readonly PolicyVersion[];
  readonly spec?: Partial<PodSpec>;
  readonly metadata?: ObjectMeta;
  /** `reason (detail)`; undefined where upstream allows the pod. */
  readonly text?: string;
}

const withContext = (name: string, securityContext?: SecurityContext): Container =>
  securityContext === undefined ? { name } : { name, securityContext };

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io';
const SECCOMP = 'seccomp.security.alpha.kubernetes.io';

const unmasked = [
  withContext('a'),
  withContext('b', {}),
  withContext('c', { procMount: 'Default' }),
  withContext('d', { procMount: 'Unmasked' }),
  // @ts-expect-error what the API server would refuse must be denied all the same
  withContext('e', { procMount: 'other' }),
];
const UNMASKED =
  'procMount (containers "d", "e" must not set securityContext.procMount to "Unmasked", "other")';

const profiles = [
  withContext('a'),
  withContext('b', {}),
  withContext('c', { seccompProfile: { type: 'Unconfined' } }),
  withContext('d', { seccompProfile: { type: 'Unconfined' } }),
  withContext('e', { seccompProfile: { type: 'RuntimeDefault' } }),
];

const capabilities = [
  withContext('a', { capabilities: { add: ['FOO', 'BAR'] } }),
  withContext('b', { capabilities: { add: ['BAR', 'BAZ'] } }),
  withContext('c', { capabilities: { add: ['NET_BIND_SERVICE', 'CHOWN'], drop: ['ALL', 'FOO'] } }),
];

const escalating = [
  withContext('a'),
  withContext('b', {}),
  withContext('c', { allowPrivilegeEscalation: true }),
  withContext('d', { allowPrivilegeEscalation: false }),
];

const seLinux = (type: string): Container => withContext(type, { seLinuxOptions: { type } });
const seLinuxContainers = [
  ...['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].map(seLinux),
  withContext('e', { seLinuxOptions: { type: 'bar' } }),
  withContext('f', { seLinuxOptions: { user: 'bar' } }),
  withContext('g', { seLinuxOptions: { role: 'baz' } }),
];
const SE_LINUX = 'set forbidden securityContext.seLinuxOptions:';

const FORBIDDEN_KINDS =
  'awsElasticBlockStore azureDisk azureFile cephfs cinder fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume'.split(
    ' ',
  );
const ALLOWED_KINDS =
  'emptyDir secret persistentVolumeClaim downwardAPI configMap projected csi ephemeral image'.split(' ');

const probed = (name: string, fields: Partial<Container>): Container => ({ name, ...fields });
const get = (host: string) => ({ httpGet: { port: 80, host } });

const CASES: readonly TextCase[] = [
  {
    check: 'allowPrivilegeEscalation',
    versions: ['v1.8', 'v1.25', 'latest'],
    spec: { containers: escalating },
    text: 'allowPrivilegeEscalation != false (containers "a", "b", "c" must set securityContext.allowPrivilegeEscalation=false)',
  },
  {
    check: 'allowPrivilegeEscalation',
    versions: ['v1.25', 'latest'],
    spec: { containers: [{ name: 'a' }], os: { name: 'windows' } },
  },
  {
    check: 'allowPrivilegeEscalation',
    versions: ['v1.8', 'v1.25'],
    spec: { containers: [{ name: 'a' }], os: { name: 'linux' } },
    text: 'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)',
  },
  {
    check: 'appArmorProfile',
    versions: ['v1.0', 'latest'],
    metadata: {
      annotations: {
        [`${APP_ARMOR}/`]: 'bogus',
        [`${APP_ARMOR}/a`]: '',
        [`${APP_ARMOR}/b`]: 'runtime/default',
        [`${APP_ARMOR}/c`]: 'localhost/',
        [`${APP_ARMOR}/d`]: 'localhost/foo',
        [`${APP_ARMOR}/f`]: 'unknown',
        [`${APP_ARMOR}/e`]: 'unconfined',
        env: 'prod',
      },
    },
    text: `forbidden AppArmor profiles (annotations must not set AppArmor profile type to "${APP_ARMOR}/="bogus"", "${APP_ARMOR}/e="unconfined"", "${APP_ARMOR}/f="unknown"")`,
  },
  {
    check: 'appArmorProfile',
    versions: ['v1.0', 'latest'],
    spec: {
      securityContext: { appArmorProfile: { type: 'Unconfined' } },
      containers: [withContext('foo', { appArmorProfile: { type: 'Unconfined' } })],
      initContainers: [withContext('bar', { appArmorProfile: { type: 'Unconfined' } })],
    },
    metadata: { annotations: { [`${APP_ARMOR}/foo`]: 'unconfined' } },
    text: `forbidden AppArmor profiles (pod and containers "bar", "foo" and annotation must not set AppArmor profile type to "Unconfined", "${APP_ARMOR}/foo="unconfined"")`,
  },
  {
    check: 'appArmorProfile',
    versions: ['v1.0', 'latest'],
    spec: {
      securityContext: { appArmorProfile: { type: 'RuntimeDefault' } },
      containers: [withContext('foo')],
      initContainers: [withContext('bar', { appArmorProfile: { type: 'Unconfined' } })],
    },
    text: 'forbidden AppArmor profile (container "bar" must not set AppArmor profile type to "Unconfined")',
  },
  {
    check: 'capabilities_baseline',
    versions: ['v1.0', 'latest'],
    spec: { containers: capabilities },
    text: 'non-default capabilities (containers "a", "b" must not include "BAR", "BAZ", "FOO" in securityContext.capabilities.add)',
  },
  {
    check: 'capabilities_restricted',
    versions: ['v1.22', 'v1.25', 'latest'],
    spec: { containers: capabilities },
    text: 'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]; containers "a", "b", "c" must not include "BAR", "BAZ", "CHOWN", "FOO" in securityContext.capabilities.add)',
  },
  {
    check: 'hostNamespaces',
    versions: ['v1.0', 'latest'],
    spec: { hostNetwork: true, hostPID: true, hostIPC: true },
    text: 'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)',
  },
  {
    check: 'hostPathVolumes',
    versions: ['v1.0', 'latest'],
    spec: {
      volumes: [
        { name: 'a', hostPath: { path: '/a' } },
        { name: 'b', hostPath: { path: '/b' } },
        { name: 'c', emptyDir: {} },
      ],
    },
    text: 'hostPath volumes (volumes "a", "b")',
  },
  {
    check: 'hostPorts',
    versions: ['v1.0', 'latest'],
    spec: {
      containers: [
        { name: 'a', ports: [{ containerPort: 1, hostPort: 0 }] },
        { name: 'b', ports: [0, 10, 20].map((hostPort) => ({ containerPort: 1, hostPort })) },
        { name: 'c', ports: [0, 10, 30].map((hostPort) => ({ containerPort: 1, hostPort })) },
      ],
    },
    text: 'hostPort (containers "b", "c" use hostPorts 10, 20, 30)',
  },
  {
    check: 'hostProbesAndHostLifecycle',
    versions: ['v1.34', 'latest'],
    spec: {
      containers: [
        probed('a', {
          livenessProbe: get('127.0.0.1'),
          readinessProbe: { tcpSocket: { port: 80, host: '::1' } },
          startupProbe: get('localhost'),
        }),
      ],
    },
    text: 'probe or lifecycle host (container "a" uses probe or lifecycle hosts "127.0.0.1", "::1", "localhost")',
  },
  {
    check: 'hostProbesAndHostLifecycle',
    versions: ['v1.34', 'latest'],
    spec: {
      containers: [
        { name: 'valid' },
        probed('invalid2', {
          lifecycle: { preStop: { tcpSocket: { port: 80, host: 'b.com' } } },
          startupProbe: get('a.com'),
        }),
        probed('invalid1', { livenessProbe: get('a.com') }),
      ],
    },
    text: 'probe or lifecycle host (containers "invalid1", "invalid2" use probe or lifecycle hosts "a.com", "b.com")',
  },
  {
    check: 'hostProbesAndHostLifecycle',
    versions: ['v1.34', 'latest'],
    spec: {
      initContainers: [probed('init', { livenessProbe: get('invalid.init.host') })],
    },
    text: 'probe or lifecycle host (container "init" uses probe or lifecycle host "invalid.init.host")',
  },
  {
    check: 'privileged',
    versions: ['v1.0', 'latest'],
    spec: {
      containers: [
        withContext('a'),
        withContext('c', { privileged: false }),
        withContext('d', { privileged: true }),
        withContext('e', { privileged: true }),
      ],
    },
    text: 'privileged (containers "d", "e" must not set securityContext.privileged=true)',
  },
  {
    check: 'procMount',
    versions: ['v1.0', 'v1.35', 'latest'],
    spec: { containers: unmasked, hostUsers: true },
    text: UNMASKED,
  },
  {
    check: 'procMount',
    versions: ['v1.34'],
    spec: { containers: unmasked, hostUsers: false },
    text: UNMASKED,
  },
  { check: 'procMount', versions: ['v1.35', 'latest'], spec: { containers: unmasked, hostUsers: false } },
  {
    check: 'procMount_restricted',
    versions: ['v1.35', 'latest'],
    spec: { containers: unmasked, hostUsers: false },
    text: UNMASKED,
  },
  {
    check: 'restrictedVolumes',
    versions: ['v1.0', 'latest'],
    spec: {
      // Upstream's test has a volume without any source too, as no API server would show it one: that is an emptyDir.
      volumes: [...ALLOWED_KINDS, ...FORBIDDEN_KINDS, 'vsphereVolume'].map((kind, index) => ({
        name: `v${index}`,
        [kind]: {},
      })),
    },
    text: `restricted volume types (volumes ${[...FORBIDDEN_KINDS, ''].map((_, index) => `"v${index + ALLOWED_KINDS.length}"`).join(', ')} use restricted volume types "${FORBIDDEN_KINDS.join('", "')}")`,
  },
  {
    check: 'runAsNonRoot',
    versions: ['v1.0', 'latest'],
    spec: {
      securityContext: { runAsNonRoot: true },
      containers: [
        withContext('a'),
        withContext('c', { runAsNonRoot: false }),
        withContext('d', { runAsNonRoot: false }),
        withContext('e', { runAsNonRoot: true }),
      ],
    },
    text: 'runAsNonRoot != true (containers "c", "d" must not set securityContext.runAsNonRoot=false)',
  },
  {
    check: 'runAsNonRoot',
    versions: ['v1.0', 'latest'],
    spec: { securityContext: { runAsNonRoot: false }, containers: [withContext('a')] },
    text: 'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
  },
  {
    check: 'runAsNonRoot',
    versions: ['v1.0', 'latest'],
    spec: { containers: [withContext('a'), withContext('b', {}), withContext('d', { runAsNonRoot: true })] },
    text: 'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true)',
  },
  {
    check: 'runAsNonRoot',
    versions: ['v1.35', 'latest'],
    spec: { containers: [withContext('a')], hostUsers: false },
  },
  {
    check: 'runAsUser',
    versions: ['v1.23', 'latest'],
    spec: {
      securityContext: { runAsUser: 0 },
      containers: [
        withContext('a'),
        withContext('c', { runAsUser: 0 }),
        withContext('d', { runAsUser: 0 }),
        withContext('e', { runAsUser: 1 }),
      ],
    },
    text: 'runAsUser=0 (pod and containers "c", "d" must not set runAsUser=0)',
  },
  {
    check: 'runAsUser',
    versions: ['v1.35', 'latest'],
    spec: { securityContext: { runAsUser: 0 }, hostUsers: false },
  },
  {
    check: 'seLinuxOptions',
    versions: ['v1.31', 'latest'],
    spec: {
      securityContext: { seLinuxOptions: { type: 'foo', user: 'bar', role: 'baz' } },
      containers: seLinuxContainers,
    },
    text: `seLinuxOptions (pod and containers "e", "f", "g" ${SE_LINUX} types "bar", "foo"; user may not be set; role may not be set)`,
  },
  {
    check: 'seLinuxOptions',
    versions: ['v1.31', 'latest'],
    spec: { securityContext: { seLinuxOptions: {} }, containers: seLinuxContainers },
    text: `seLinuxOptions (containers "e", "f", "g" ${SE_LINUX} type "bar"; user may not be set; role may not be set)`,
  },
  {
    check: 'seLinuxOptions',
    versions: ['v1.0', 'v1.30'],
    spec: { containers: [seLinux('container_t'), seLinux('container_engine_t')] },
    text: `seLinuxOptions (container "container_engine_t" ${SE_LINUX} type "container_engine_t")`,
  },
  {
    check: 'seccompProfile_baseline',
    versions: ['v1.0', 'v1.18'],
    spec: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    metadata: {
      annotations: {
        [`${SECCOMP}/pod`]: 'unconfined',
        [`container.${SECCOMP}/a`]: 'unconfined',
        [`container.${SECCOMP}/b`]: 'unknown',
      },
    },
    text: `seccompProfile (forbidden annotations container.${SECCOMP}/a="unconfined", container.${SECCOMP}/b="unknown", ${SECCOMP}/pod="unconfined")`,
  },
  {
    check: 'seccompProfile_baseline',
    versions: ['v1.19', 'latest'],
    spec: { securityContext: { seccompProfile: { type: 'Unconfined' } }, containers: profiles },
    text: 'seccompProfile (pod and containers "c", "d" must not set securityContext.seccompProfile.type to "Unconfined")',
  },
  {
    check: 'seccompProfile_restricted',
    versions: ['v1.19', 'v1.25', 'latest'],
    spec: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } }, containers: profiles },
    text: 'seccompProfile (containers "c", "d" must not set securityContext.seccompProfile.type to "Unconfined")',
  },
  {
    check: 'seccompProfile_restricted',
    versions: ['v1.19', 'v1.25', 'latest'],
    spec: { containers: [withContext('a'), withContext('b', {}), ...profiles.slice(-1)] },
    text: 'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  },
  {
    check: 'seccompProfile_restricted',
    versions: ['v1.25', 'latest'],
    spec: { containers: [{ name: 'a' }], os: { name: 'windows' } },
  },
  {
    check: 'sysctls',
    versions: ['v1.0', 'v1.27', 'v1.29', 'v1.32', 'v1.37', 'latest'],
    spec: { securityContext: { sysctls: ['b', 'a'].map((name) => ({ name, value: '' })) } },
    text: 'forbidden sysctls (b, a)',
  },
  {
    check: 'windowsHostProcess',
    versions: ['v1.0', 'latest'],
    spec: {
      securityContext: { windowsOptions: { hostProcess: true } },
      containers: [
        withContext('c', { windowsOptions: {} }),
        withContext('d', { windowsOptions: { hostProcess: false } }),
        withContext('e', { windowsOptions: { hostProcess: true } }),
        withContext('f', { windowsOptions: { hostProcess: true } }),
      ],
    },
    text: 'hostProcess (pod and containers "e", "f" must not set securityContext.windowsOptions.hostProcess=true)',
  },
];

test.each(CASES)('$check at $versions says $text', ({ check, versions, spec, metadata, text }) => {
  const level = CHECKS.find(({ id }) => id === check)?.level ?? 'restricted';
  for (const version of versions) {
    const { results } = evaluatePod(level, version, metadata, { containers: [], ...spec });
    const result = results.find(({ id }) => id === check);
    const said = result?.allowed === false ? `${result.reason} (${result.detail})` : undefined;
    expect([version, result?.allowed, said]).toEqual([version, text === undefined, text]);
  }
});

test('no check of upstream is left out', () => {
  const named = new Set(CASES.map(({ check }) => check));
  expect(CHECKS.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
});
