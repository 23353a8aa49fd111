import { expect, test } from 'vitest';
import type { ConfinedMount, Confinement } from '../confinement/confinement.ts';
import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
import type { ContainerProcess } from './engine.ts';
import { formatRuntimeJson } from './oci.ts';
import { type RuntimePlacement, toRuntimeSpec } from './runtime-spec.ts';

function value<T>(of: T): Sourced<T> {
  return sourced(of, byDefault('runtime'));
}

const origin = byDefault('runtime');

const confinement: Confinement = {
  container: 'web',
  type: 'container',
  profile: 'containerd',
  privileged: value(false),
  user: value({ uid: 1654, gid: 10, groups: [10, 2000], username: null }),
  userOrigins: { uid: origin, gid: origin, groups: origin },
  capabilities: value({
    bounding: ['NET_BIND_SERVICE'],
    effective: [],
    permitted: [],
    inheritable: [],
    ambient: [],
  }),
  noNewPrivileges: value(true),
  seccomp: value({ mode: 'unconfined' }),
  appArmor: value({ mode: 'none' }),
  seLinux: value({ mode: 'none' }),
  namespaces: {
    user: value({ mode: 'host' }),
    network: value('pod'),
    pid: value('container'),
    ipc: value('pod'),
    uts: value('pod'),
    cgroup: value('host'),
  },
  rootFilesystem: value({ readOnly: true }),
  mounts: [],
  maskedPaths: value(['/proc/kcore']),
  readonlyPaths: value(['/proc/sys']),
  devices: value({ allow: 'default' }),
  sysctls: [],
  resources: {
    cpuShares: value(512),
    cpuQuotaUs: value(50_000),
    cpuPeriodUs: value(100_000),
    memoryLimitBytes: value(1024 ** 3),
    hugepageLimits: [],
  },
  oomScoreAdj: value(1000),
  rlimits: value([{ type: 'RLIMIT_CORE', soft: 0, hard: null }]),
};

const process: ContainerProcess = {
  args: ['/bin/web'],
  env: ['A=b'],
  cwd: '',
  terminal: false,
  stdin: false,
  stdinOnce: false,
};

const placement: RuntimePlacement = {
  rootfs: '/r',
  hostname: 'web-0',
  mountSources: new Map([['/data', '/volumes/0']]),
  namespacePaths: { user: '/ns/user', network: '/ns/net', ipc: '/ns/ipc', uts: '/ns/uts' },
  cgroupsPath: '/podproof/a/web',
  cgroupVersion: 1,
  hostDevices: [{ path: '/dev/sda', type: 'b', major: 8, minor: 0, fileMode: 0o660, uid: 0, gid: 6 }],
  mountRestrictions: new Map([['/data', ['nosuid']]]),
};

function mount(overrides: Partial<ConfinedMount>): ConfinedMount {
  return {
    destination: '/data',
    source: { kind: 'kernel' },
    fsType: 'bind',
    readOnly: false,
    recursiveReadOnly: false,
    nosuid: false,
    nodev: false,
    noexec: false,
    propagation: 'private',
    data: [],
    from: origin,
    ...overrides,
  };
}

test('the process has the user, the groups and, before exec, the whole bounding set', () => {
  const { process: result } = toRuntimeSpec(confinement, process, placement);
  expect(result.user).toEqual({ uid: 1654, gid: 10, additionalGids: [10, 2000] });
  const set = ['CAP_NET_BIND_SERVICE'];
  expect(result.capabilities).toEqual({
    bounding: set,
    effective: set,
    permitted: set,
    inheritable: [],
    ambient: [],
  });
  expect(result.noNewPrivileges).toBe(true);
  expect(result.oomScoreAdj).toBe(1000);
  expect(result.cwd).toBe('/');
});

test('search path and host name are added only where nobody set them', () => {
  const env = ['PATH=/mine', 'HOSTNAME=other'];
  expect(toRuntimeSpec(confinement, { ...process, env }, placement).process.env).toEqual(env);
  expect(toRuntimeSpec(confinement, process, placement).process.env).toEqual([
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOSTNAME=web-0',
    'A=b',
  ]);
});

test.each([
  ['containerd', false],
  ['cri-o', true],
] as const)('%s tells a program without a terminal of one: %s', (profile, told) => {
  const { env } = toRuntimeSpec({ ...confinement, profile }, process, placement).process;
  expect(env.includes('TERM=xterm')).toBe(told);
});

test('an unlimited rlimit keeps all its 64 bits in the JSON text', () => {
  const text = formatRuntimeJson(toRuntimeSpec(confinement, process, placement));
  expect(text).toContain('"rlimits":[{"type":"RLIMIT_CORE","soft":0,"hard":18446744073709551615}]');
});

test("namespaces are the sandbox's; the host's is left out; pid is the container's own", () => {
  expect(toRuntimeSpec(confinement, process, placement).linux.namespaces).toEqual([
    { type: 'mount' },
    { type: 'network', path: '/ns/net' },
    { type: 'ipc', path: '/ns/ipc' },
    { type: 'uts', path: '/ns/uts' },
    { type: 'pid' },
  ]);
  const namespaces = {
    ...confinement.namespaces,
    network: value('host' as const),
    pid: value('host' as const),
  };
  const types = toRuntimeSpec({ ...confinement, namespaces }, process, placement).linux.namespaces.map(
    ({ type }) => type,
  );
  expect(types).toEqual(['mount', 'ipc', 'uts']);
});

test("a pid namespace that should be shared and is not there is never the host's", () => {
  for (const pid of ['pod', 'target'] as const) {
    const namespaces = { ...confinement.namespaces, pid: value(pid) };
    expect(() => toRuntimeSpec({ ...confinement, namespaces }, process, placement)).toThrow(
      'no pid namespace',
    );
  }
});

test('a user namespace comes with its path and one range for users and groups', () => {
  const user = value({ mode: 'pod', size: 65_536, hostId: 131_072 } as const);
  const namespaces = { ...confinement.namespaces, user };
  const { linux } = toRuntimeSpec({ ...confinement, namespaces }, process, placement);
  expect(linux.namespaces).toContainEqual({ type: 'user', path: '/ns/user' });
  expect(linux.uidMappings).toEqual([{ containerID: 0, hostID: 131_072, size: 65_536 }]);
  expect(linux.gidMappings).toEqual(linux.uidMappings);
});

test('sysfs is bound where the user namespace does not own the network', () => {
  const user = value({ mode: 'pod', size: 65_536, hostId: 131_072 } as const);
  const sysfs = mount({ destination: '/sys', fsType: 'sysfs', readOnly: true });
  const own = { ...confinement, namespaces: { ...confinement.namespaces, user }, mounts: [sysfs] };
  expect(toRuntimeSpec(own, process, placement).mounts[0]?.type).toBe('sysfs');
  const host = { ...own, namespaces: { ...own.namespaces, network: value('host' as const) } };
  expect(toRuntimeSpec(host, process, placement).mounts[0]).toMatchObject({ type: 'bind', source: '/sys' });
});

test('a bind keeps what its source may not do, beside what was asked for', () => {
  const mounts = [mount({ readOnly: true, propagation: 'slave' })];
  const spec = toRuntimeSpec({ ...confinement, mounts }, process, placement);
  expect(spec.mounts).toEqual([
    {
      destination: '/data',
      type: 'bind',
      source: '/volumes/0',
      options: ['rbind', 'rslave', 'ro', 'nosuid'],
    },
  ]);
  expect(spec.linux.rootfsPropagation).toBe('rslave');
});

test('a mount without a source is a defect, not an empty directory', () => {
  const mounts = [mount({ destination: '/other' })];
  expect(() => toRuntimeSpec({ ...confinement, mounts }, process, placement)).toThrow(
    'nothing to mount at "/other"',
  );
});

test("devices are refused but for the runtime's few; a privileged container gets the host's", () => {
  const { linux } = toRuntimeSpec(confinement, process, placement);
  expect(linux.devices).toEqual([]);
  expect(linux.resources.devices).toEqual([{ allow: false, access: 'rwm' }]);
  const all = toRuntimeSpec({ ...confinement, devices: value({ allow: 'all' }) }, process, placement).linux;
  expect(all.devices).toEqual(placement.hostDevices);
  expect(all.resources.devices).toEqual([{ allow: true, access: 'rwm' }]);
});

test('limits are set as version 1 names them, and version 2 kills whole containers', () => {
  const { resources } = toRuntimeSpec(confinement, process, placement).linux;
  expect(resources.cpu).toEqual({ shares: 512, quota: 50_000, period: 100_000 });
  expect(resources.memory).toEqual({ limit: 1024 ** 3 });
  expect(resources.unified).toBeUndefined();
  const unified = toRuntimeSpec(confinement, process, { ...placement, cgroupVersion: 2 }).linux.resources
    .unified;
  expect(unified).toEqual({ 'memory.oom.group': '1' });
});
