import type { ConfinedMount, Confinement } from '../../src/confinement/confinement.ts';
import {
  type CgroupValue,
  type Credentials,
  type DeviceNode,
  NAMESPACE_KINDS,
  type Observation,
  type ObservedMount,
  type ObservedNamespace,
} from '../../src/proof/observation.ts';

/** What a perfect runtime on a perfect machine would leave in the kernel for that confinement: process 4711. */
export function observationOf(expected: Confinement): Observation {
  const maps = idMaps(expected);
  const { capabilities, seccomp, rootFilesystem, resources } = expected;
  return {
    hostPid: 4711,
    pid: expected.namespaces.pid.value === 'container' ? 1 : 4711,
    startTime: 1,
    args: ['app'],
    user: userOf(expected, maps.uidMap[0]?.outsideId ?? 0),
    capabilities: capabilities.value,
    noNewPrivileges: expected.noNewPrivileges.value,
    seccomp:
      seccomp.value.mode === 'filter' ? { mode: 'filter', filters: 1 } : { mode: 'unconfined', filters: 0 },
    namespaces: namespacesOf(expected),
    userNamespace: { ...maps, setgroups: 'allow' },
    interfaces: expected.namespaces.network.value === 'none' ? ['lo'] : ['lo', 'eth0'],
    mounts: expected.mounts.map(observedMount),
    rootFilesystem: rootFilesystem.value,
    maskedPaths: expected.maskedPaths.value,
    readonlyPaths: expected.readonlyPaths.value,
    absentPaths: [],
    devices: devicesOf(expected),
    sysctls: Object.fromEntries(expected.sysctls.map(({ name, value }) => [name, value.value])),
    cgroup: {
      version: 1,
      directories: {},
      memoryLimit: cgroupValue(resources.memoryLimitBytes.value),
      cpuShares: cgroupValue(resources.cpuShares.value),
      cpuWeight: undefined,
      cpuQuotaUs: cgroupValue(resources.cpuQuotaUs.value),
      cpuPeriodUs: cgroupValue(resources.cpuPeriodUs.value),
      pidsLimit: undefined,
      hugepageLimits: {},
    },
    rlimits: expected.rlimits.value,
    oomScoreAdj: expected.oomScoreAdj.value,
    appArmor: expected.appArmor.value,
    seLinux: expected.seLinux.value,
    observer: { noNewPrivileges: false, seccompFilters: 0 },
  };
}

function cgroupValue<Value>(value: Value): CgroupValue<Value> {
  return { value, file: '/sys/fs/cgroup/x' };
}

function idMaps({ namespaces }: Confinement): Pick<Observation['userNamespace'], 'uidMap' | 'gidMap'> {
  const user = namespaces.user.value;
  const range =
    user.mode === 'host'
      ? { insideId: 0, outsideId: 0, size: 4_294_967_295 }
      : { insideId: 0, outsideId: user.hostId ?? 65_536, size: user.size };
  return { uidMap: [range], gidMap: [range] };
}

function userOf({ user }: Confinement, offset: number): Observation['user'] {
  const { uid, gid, groups } = user.value;
  const credentials = (by: number): Credentials<number> => ({
    uid: four((uid ?? 0) + by),
    gid: four((gid ?? 0) + by),
    groups: groups.map((group) => group + by),
  });
  return { inside: credentials(0), host: credentials(offset), changedItself: false };
}

/** All four ids the same. */
export function four(id: number): Credentials<number>['uid'] {
  return { real: id, effective: id, saved: id, filesystem: id };
}

function namespacesOf({ namespaces }: Confinement): Observation['namespaces'] {
  const whose: Record<string, string> = {
    user: namespaces.user.value.mode,
    network: namespaces.network.value,
    pid: namespaces.pid.value,
    ipc: namespaces.ipc.value,
    uts: namespaces.uts.value,
    cgroup: namespaces.cgroup.value,
    mount: 'container',
  };
  const namespace = (kind: (typeof NAMESPACE_KINDS)[number]): ObservedNamespace => {
    const hostInode = 4_026_531_800 + NAMESPACE_KINDS.indexOf(kind);
    return { hostInode, inode: whose[kind] === 'host' ? hostInode : hostInode + 1000 };
  };
  return {
    user: namespace('user'),
    network: namespace('network'),
    pid: namespace('pid'),
    ipc: namespace('ipc'),
    uts: namespace('uts'),
    mount: namespace('mount'),
    cgroup: namespace('cgroup'),
  };
}

export function observedMount(mount: ConfinedMount, index = 0): ObservedMount {
  const { destination, fsType, readOnly, nosuid, nodev, noexec, propagation } = mount;
  return {
    id: 100 + index,
    parentId: 1,
    device: `0:${index}`,
    root: '/',
    mountPoint: destination,
    options: [readOnly ? 'ro' : 'rw'],
    propagation: [],
    fsType: fsType === 'bind' ? 'ext4' : fsType,
    source: fsType === 'bind' ? '/dev/vda' : fsType,
    superOptions: ['rw', ...mount.data],
    readOnly,
    recursiveReadOnly: readOnly,
    nosuid,
    nodev,
    noexec,
    peers: propagation,
    sharedOnHost: propagation !== 'private',
  };
}

function devicesOf({ devices }: Confinement): Observation['devices'] {
  const usual = [
    node('full', 7),
    node('null', 3),
    node('random', 8),
    node('tty', 0),
    node('urandom', 9),
    node('zero', 5),
  ];
  const hostNodes = [...usual, node('kmsg', 11)];
  return devices.value.allow === 'all'
    ? { nodes: hostNodes, hostNodes, rules: ['a *:* rwm'] }
    : { nodes: usual, hostNodes, rules: ['c 1:3 rwm', 'c *:* m'] };
}

function node(name: string, minor: number): DeviceNode {
  return { path: `/dev/${name}`, type: 'c', major: 1, minor };
}
