import {
  type ControlTweaks,
  DEFAULT_CAPABILITIES,
  inAllContainers,
  ofEachContainer,
  ofPodAndEachContainer,
  type Tweak,
  type Version,
} from './tweak.ts';

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io';
const SECCOMP = 'seccomp.security.alpha.kubernetes.io';

const sysctl = (names: readonly string[], range: Partial<Tweak> = {}): Tweak => ({
  what: `sysctls ${names.join(', ')}`,
  set: { 'pod.securityContext.sysctls': names.map((name) => ({ name, value: '1' })) },
  ...range,
});

const ADDED_SYSCTLS: readonly { readonly version: Version; readonly names: readonly string[] }[] = [
  { version: 'v1.27', names: ['net.ipv4.ip_local_reserved_ports'] },
  {
    version: 'v1.29',
    names: [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  },
  { version: 'v1.32', names: ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'] },
  {
    version: 'v1.37',
    names: ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'],
  },
];

const WITH_HOST = { port: 80, host: '192.0.2.1' };
const HANDLERS = [
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle.postStart',
  'lifecycle.preStop',
];

/** The controls of the baseline level, which count at the restricted level too unless another stands in for them. */
export const BASELINE_TWEAKS: readonly ControlTweaks[] = [
  {
    check: 'appArmorProfile',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [
      {
        what: 'the runtime default and a profile of the node',
        set: {
          'pod.securityContext.appArmorProfile': { type: 'RuntimeDefault' },
          'main.securityContext.appArmorProfile': { type: 'Localhost', localhostProfile: 'app' },
        },
      },
      {
        what: 'annotations of allowed profiles',
        annotations: {
          [`${APP_ARMOR}/main`]: 'localhost/app',
          [`${APP_ARMOR}/setup`]: 'runtime/default',
          [`${APP_ARMOR}/debug`]: '',
        },
      },
    ],
    fail: [
      ...ofPodAndEachContainer('securityContext.appArmorProfile', { type: 'Unconfined' }),
      { what: 'an annotation of a container', annotations: { [`${APP_ARMOR}/main`]: 'unconfined' } },
      { what: 'an annotation of no container', annotations: { [`${APP_ARMOR}/other`]: 'unconfined' } },
      { what: 'an annotation of no known value', annotations: { [`${APP_ARMOR}/setup`]: 'runtime/other' } },
    ],
  },
  {
    check: 'capabilities_baseline',
    baseline: ['v1.0'],
    restricted: ['v1.0', 'v1.22'],
    pass: [
      {
        what: 'the default set without NET_RAW',
        set: inAllContainers('securityContext.capabilities.add', DEFAULT_CAPABILITIES),
      },
      { what: 'an empty list', set: inAllContainers('securityContext.capabilities.add', []) },
    ],
    fail: [
      ...ofEachContainer('securityContext.capabilities.add', ['NET_RAW']),
      ...ofEachContainer('securityContext.capabilities.add', ['CHOWN', 'SYS_ADMIN']),
      ...['ALL', 'CAP_CHOWN', 'chown'].map((name) => ({
        what: `the name ${name}`,
        set: { 'main.securityContext.capabilities.add': [name] },
      })),
    ],
  },
  {
    check: 'hostNamespaces',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [
      {
        what: 'all of them false',
        set: { 'pod.hostNetwork': false, 'pod.hostPID': false, 'pod.hostIPC': false },
      },
    ],
    fail: ['hostNetwork', 'hostPID', 'hostIPC'].map((field) => ({
      what: field,
      set: { [`pod.${field}`]: true },
    })),
  },
  {
    check: 'hostPathVolumes',
    baseline: ['v1.0'],
    pass: [
      {
        what: 'other volumes',
        set: {
          'pod.volumes': [
            { name: 'scratch', emptyDir: {} },
            { name: 'share', nfs: { server: 'nfs.example.com', path: '/srv' } },
          ],
        },
      },
    ],
    fail: [
      { what: 'a hostPath', set: { 'pod.volumes': [{ name: 'host', hostPath: { path: '/' } }] } },
      {
        what: 'a hostPath among others',
        set: {
          'pod.volumes': [
            { name: 'scratch', emptyDir: {} },
            { name: 'host', hostPath: { path: '/dev/null', type: 'CharDevice' } },
          ],
        },
      },
    ],
  },
  {
    check: 'hostPorts',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [
      {
        what: 'ports of containers',
        set: { 'main.ports': [{ containerPort: 8080 }, { containerPort: 8081, hostPort: 0 }] },
      },
    ],
    fail: [
      ...ofEachContainer('ports', [{ containerPort: 8080, hostPort: 8080 }]),
      {
        what: 'one of several ports',
        set: {
          'main.ports': [{ containerPort: 8080 }, { containerPort: 53, hostPort: 53, protocol: 'UDP' }],
        },
      },
    ],
  },
  {
    check: 'hostProbesAndHostLifecycle',
    baseline: ['v1.34'],
    restricted: ['v1.34'],
    pass: [
      {
        what: 'probes and hooks without a host',
        set: Object.fromEntries(
          HANDLERS.map((handler, index) => [
            `main.${handler}`,
            index % 2 === 0 ? { httpGet: { port: 80, path: '/' } } : { tcpSocket: { port: 80, host: '' } },
          ]),
        ),
      },
      {
        what: 'a header named Host',
        set: {
          'main.livenessProbe': {
            httpGet: { port: 80, httpHeaders: [{ name: 'Host', value: 'app.example.com' }] },
          },
        },
      },
    ],
    fail: [
      ...HANDLERS.flatMap((handler) =>
        ['httpGet', 'tcpSocket'].map((action) => ({
          what: `${handler}.${action}`,
          set: { [`main.${handler}`]: { [action]: WITH_HOST } },
        })),
      ),
      {
        what: 'a probe of a sidecar',
        set: { 'setup.restartPolicy': 'Always', 'setup.readinessProbe': { httpGet: WITH_HOST } },
      },
      {
        what: 'the loopback address',
        set: { 'main.livenessProbe': { httpGet: { port: 80, host: '127.0.0.1' } } },
      },
    ],
  },
  {
    check: 'privileged',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [{ what: 'false', set: inAllContainers('securityContext.privileged', false) }],
    fail: ofEachContainer('securityContext.privileged', true),
  },
  {
    check: 'procMount',
    baseline: ['v1.0'],
    restricted: ['v1.0', 'v1.35'],
    pass: [
      { what: 'Default', set: inAllContainers('securityContext.procMount', 'Default') },
      {
        what: 'Unmasked in a user namespace',
        from: 'v1.35',
        set: { 'pod.hostUsers': false, ...inAllContainers('securityContext.procMount', 'Unmasked') },
      },
    ],
    fail: [
      ...ofEachContainer('securityContext.procMount', 'Unmasked'),
      {
        what: 'Unmasked in a user namespace',
        until: 'v1.35',
        set: { 'pod.hostUsers': false, 'main.securityContext.procMount': 'Unmasked' },
      },
      {
        what: 'Unmasked without a user namespace',
        set: { 'pod.hostUsers': true, 'main.securityContext.procMount': 'Unmasked' },
      },
    ],
  },
  {
    check: 'seLinuxOptions',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [
      {
        what: 'types made for containers, and any level',
        set: {
          'pod.securityContext.seLinuxOptions': { type: 'container_t', level: 's0:c1,c2' },
          'main.securityContext.seLinuxOptions': { type: 'container_init_t' },
          'setup.securityContext.seLinuxOptions': { type: 'container_kvm_t', user: '', role: '' },
        },
      },
      {
        what: 'container_engine_t',
        from: 'v1.31',
        set: { 'main.securityContext.seLinuxOptions': { type: 'container_engine_t' } },
      },
    ],
    fail: [
      ...ofPodAndEachContainer('securityContext.seLinuxOptions', { type: 'spc_t' }),
      ...ofPodAndEachContainer('securityContext.seLinuxOptions', { user: 'system_u' }),
      ...ofPodAndEachContainer('securityContext.seLinuxOptions', { role: 'system_r' }),
      {
        what: 'container_engine_t',
        until: 'v1.31',
        set: { 'main.securityContext.seLinuxOptions': { type: 'container_engine_t' } },
      },
    ],
  },
  {
    check: 'seccompProfile_baseline',
    baseline: ['v1.0'],
    restricted: ['v1.0', 'v1.19'],
    pass: [
      {
        what: 'annotations of allowed profiles, and one of no container',
        annotations: {
          [`${SECCOMP}/pod`]: 'runtime/default',
          [`container.${SECCOMP}/main`]: 'localhost/app',
          [`container.${SECCOMP}/setup`]: 'docker/default',
          [`container.${SECCOMP}/other`]: 'unconfined',
        },
      },
      {
        what: 'Unconfined, which is not looked at yet',
        until: 'v1.19',
        set: { 'pod.securityContext.seccompProfile': { type: 'Unconfined' } },
      },
      {
        what: 'the runtime default and a profile of the node',
        from: 'v1.19',
        set: {
          'pod.securityContext.seccompProfile': { type: 'RuntimeDefault' },
          'main.securityContext.seccompProfile': { type: 'Localhost', localhostProfile: 'app.json' },
        },
      },
      {
        what: 'annotations, which are no longer looked at',
        from: 'v1.19',
        annotations: { [`${SECCOMP}/pod`]: 'unconfined' },
      },
    ],
    fail: [
      ...['pod', 'main', 'setup'].map(
        (name): Tweak => ({
          what: `the annotation of ${name}`,
          until: 'v1.19',
          annotations: { [name === 'pod' ? `${SECCOMP}/pod` : `container.${SECCOMP}/${name}`]: 'unconfined' },
        }),
      ),
      { what: 'an empty annotation', until: 'v1.19', annotations: { [`${SECCOMP}/pod`]: '' } },
      ...ofPodAndEachContainer('securityContext.seccompProfile', { type: 'Unconfined' }, { from: 'v1.19' }),
    ],
  },
  {
    check: 'sysctls',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [
      sysctl([
        'kernel.shm_rmid_forced',
        'net.ipv4.ip_local_port_range',
        'net.ipv4.tcp_syncookies',
        'net.ipv4.ping_group_range',
        'net.ipv4.ip_unprivileged_port_start',
      ]),
      ...ADDED_SYSCTLS.map(({ version, names }) => sysctl(names, { from: version })),
    ],
    fail: [
      sysctl(['kernel.msgmax']),
      sysctl(['net.ipv4.tcp_syncookies', 'net.core.somaxconn']),
      ...ADDED_SYSCTLS.flatMap(({ version, names }) =>
        names.map((name) => sysctl([name], { until: version })),
      ),
    ],
  },
  {
    check: 'windowsHostProcess',
    baseline: ['v1.0'],
    restricted: ['v1.0'],
    pass: [
      {
        what: 'false',
        set: {
          'pod.securityContext.windowsOptions': { hostProcess: false },
          'main.securityContext.windowsOptions': { hostProcess: false },
        },
      },
    ],
    fail: ofPodAndEachContainer('securityContext.windowsOptions', { hostProcess: true }),
  },
];
