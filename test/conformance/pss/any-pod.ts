import * as fc from 'fast-check';
import type { Pod } from '../../../src/kube/pod.ts';

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Any of the fields, each there or not or null. */
function some(fields: Fields): fc.Arbitrary<object> {
  const nullable = Object.entries(fields).map(
    ([key, value]) => [key, fc.oneof({ weight: 9, arbitrary: value }, fc.constant(null))] as const,
  );
  return fc.record(Object.fromEntries(nullable), { requiredKeys: [] });
}

const pick = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);
const profile = fc.record({ type: pick('RuntimeDefault', 'RuntimeDefault', 'Localhost', 'Unconfined') });
const host = some({ port: pick(80), host: pick('', '127.0.0.1', 'b.example', 'a.example') });
const handler = some({ httpGet: host, tcpSocket: host, exec: fc.constant({ command: ['true'] }) });
const capability = pick('ALL', 'NET_BIND_SERVICE', 'CHOWN', 'NET_RAW', 'SYS_ADMIN', 'all', 'CAP_CHOWN');

const shared: Fields = {
  runAsNonRoot: pick(true, true, false),
  runAsUser: pick(0, 1000),
  seccompProfile: profile,
  appArmorProfile: profile,
  seLinuxOptions: some({
    type: pick('', 'container_t', 'container_engine_t', 'spc_t'),
    user: pick('', 'system_u'),
    role: pick('', 'system_r'),
    level: pick('s0'),
  }),
  windowsOptions: some({ hostProcess: fc.boolean() }),
};

const securityContext = some({
  ...shared,
  allowPrivilegeEscalation: pick(false, false, true),
  privileged: pick(false, false, true),
  procMount: pick('Default', 'Unmasked'),
  readOnlyRootFilesystem: fc.boolean(),
  capabilities: some({
    add: fc.array(capability, { maxLength: 2 }),
    drop: fc.array(pick('ALL', 'ALL', 'CHOWN', 'all'), { maxLength: 2 }),
  }),
});

const containers = fc.array(
  fc
    .tuple(
      pick('a', 'b', 'main'),
      some({
        securityContext,
        ports: fc.array(some({ containerPort: pick(80), hostPort: pick(0, 80, 9) }), { maxLength: 2 }),
        livenessProbe: handler,
        readinessProbe: handler,
        startupProbe: handler,
        lifecycle: some({ postStart: handler, preStop: handler }),
      }),
    )
    .map(([name, fields]) => ({ ...fields, name })),
  { maxLength: 3 },
);

const volume = some({
  emptyDir: fc.constant({}),
  secret: fc.constant({}),
  hostPath: fc.constant({ path: '/' }),
  nfs: fc.constant({ server: 'a', path: '/' }),
  fc: fc.constant({}),
}).map((source) => ({ ...source, name: 'v' }));

const sysctl = pick(
  'kernel.shm_rmid_forced',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_notsent_lowat',
  'kernel.x',
).map((name) => ({ name, value: '1' }));

const annotations = some({
  'container.apparmor.security.beta.kubernetes.io/a': pick(
    '',
    'runtime/default',
    'localhost/x',
    'unconfined',
  ),
  'seccomp.security.alpha.kubernetes.io/pod': pick('', 'runtime/default', 'unconfined'),
  'container.seccomp.security.alpha.kubernetes.io/a': pick('docker/default', 'unconfined'),
  'container.seccomp.security.alpha.kubernetes.io/gone': pick('unconfined'),
}).map((map) => Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null)));

/** Pods as a decoder that keeps explicit nulls would give them, allowed and forbidden values everywhere. */
export const anyPod: fc.Arbitrary<Pod> = fc
  .record({
    annotations,
    lists: some({ initContainers: containers, ephemeralContainers: containers }),
    containers,
    rest: some({
      securityContext: some({ ...shared, sysctls: fc.array(sysctl, { maxLength: 3 }) }),
      hostNetwork: fc.boolean(),
      hostPID: pick(false),
      hostIPC: fc.boolean(),
      hostUsers: fc.boolean(),
      os: fc.record({ name: pick('windows', 'linux') }),
      volumes: fc.array(volume, { maxLength: 2 }),
    }),
  })
  .map((parts) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', annotations: parts.annotations },
    spec: { ...parts.rest, ...parts.lists, containers: parts.containers },
  }))
  .map(asPod);

/** What is generated has the types of a pod but for the nulls, which checks must bear. */
function asPod(value: object): Pod {
  if (!isPod(value)) throw new Error('a generated pod is a Pod');
  return value;
}

function isPod(value: object): value is Pod {
  return 'spec' in value;
}
