import type { Capability } from '../confinement/capability.ts';
import type { ConfinedMount, Confinement, LsmConfinement, Resources } from '../confinement/confinement.ts';
import { PodproofError } from '../core/errors.ts';
import type { ContainerProcess, Placement } from './engine.ts';
import type {
  OciDevice,
  OciLinux,
  OciMount,
  OciProcess,
  OciResources,
  OciSeccomp,
  RuntimeSpec,
} from './oci.ts';

/** What the spec needs beside paths, read from this machine beforehand. */
export interface RuntimePlacement extends Placement {
  readonly cgroupVersion: 1 | 2;
  /** The resolved filter; undefined: unconfined. */
  readonly seccomp?: OciSeccomp;
  /** All of them, for a container that gets them all. */
  readonly hostDevices: readonly OciDevice[];
  /** Destination -> `nosuid`, ... of the mount bound there: in a user namespace they cannot be taken off. */
  readonly mountRestrictions: ReadonlyMap<string, readonly string[]>;
}

/** The OCI runtime's instructions for a confinement. Pure; equal input gives equal output. */
export function toRuntimeSpec(
  confinement: Confinement,
  process: ContainerProcess,
  placement: RuntimePlacement,
): RuntimeSpec {
  return {
    ociVersion: '1.0.2',
    process: toProcess(confinement, process, placement),
    root: { path: placement.rootfs, readonly: confinement.rootFilesystem.value.readOnly },
    mounts: confinement.mounts.map((mount) => toMount(mount, confinement, placement)),
    linux: toLinux(confinement, placement),
  };
}

const unlimited = 2n ** 64n - 1n;

function toProcess(confinement: Confinement, process: ContainerProcess, placement: Placement): OciProcess {
  const { uid, gid, groups } = confinement.user.value;
  if (uid === null || gid === null)
    throw new PodproofError('internal', `the user of container "${confinement.container}" is not resolved`);
  const sets = confinement.capabilities.value;
  const appArmor = labelOf(confinement.appArmor.value);
  const seLinux = labelOf(confinement.seLinux.value);
  return {
    terminal: process.terminal,
    user: { uid, gid, additionalGids: groups },
    args: process.args,
    env: completeEnv(process, placement.hostname, confinement.profile),
    cwd: process.cwd === '' ? '/' : process.cwd,
    // What the process gets before exec; for a user other than root the kernel then clears permitted and effective.
    capabilities: {
      bounding: capabilityNames(sets.bounding),
      effective: capabilityNames(sets.bounding),
      permitted: capabilityNames(sets.bounding),
      inheritable: capabilityNames(sets.inheritable),
      ambient: capabilityNames(sets.ambient),
    },
    rlimits: confinement.rlimits.value.map(({ type, soft, hard }) => ({
      type,
      soft: soft === null ? unlimited : BigInt(soft),
      hard: hard === null ? unlimited : BigInt(hard),
    })),
    noNewPrivileges: confinement.noNewPrivileges.value,
    oomScoreAdj: confinement.oomScoreAdj.value,
    ...(appArmor === undefined ? {} : { apparmorProfile: appArmor }),
    ...(seLinux === undefined ? {} : { selinuxLabel: seLinux }),
  };
}

function capabilityNames(capabilities: readonly Capability[]): readonly string[] {
  return capabilities.map((name) => `CAP_${name}`);
}

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * As the runtimes do: a search path, the host name and the kind of the terminal, where nobody has set them. CRI-O's
 * spec generator names a terminal whether there is one or not.
 */
function completeEnv(
  process: ContainerProcess,
  hostname: string,
  profile: Confinement['profile'],
): readonly string[] {
  const hasTerm = process.terminal || profile === 'cri-o';
  const defaults = [defaultPath, `HOSTNAME=${hostname}`, ...(hasTerm ? ['TERM=xterm'] : [])];
  const names = new Set(process.env.map(nameOf));
  return [...defaults.filter((variable) => !names.has(nameOf(variable))), ...process.env];
}

function nameOf(variable: string): string {
  return variable.slice(0, variable.indexOf('='));
}

function labelOf(lsm: LsmConfinement): string | undefined {
  return lsm.mode === 'label' ? lsm.label : undefined;
}

function toMount(mount: ConfinedMount, confinement: Confinement, placement: RuntimePlacement): OciMount {
  const { destination } = mount;
  if (mount.fsType !== 'bind') {
    // sysfs shows the network of its mounter, so the kernel wants a network namespace that the user namespace owns.
    const ownsNetwork = confinement.namespaces.network.value !== 'host';
    if (mount.fsType === 'sysfs' && confinement.namespaces.user.value.mode === 'pod' && !ownsNetwork)
      return { destination, type: 'bind', source: '/sys', options: ['rbind', 'rslave', ...flagsOf(mount)] };
    return {
      destination,
      type: mount.fsType,
      source: mount.fsType,
      options: [...flagsOf(mount), ...mount.data],
    };
  }
  const source = placement.mountSources.get(destination);
  if (source === undefined)
    throw new PodproofError(
      'internal',
      `nothing to mount at "${destination}" in container "${confinement.container}"`,
    );
  const flags = new Set([...flagsOf(mount), ...(placement.mountRestrictions.get(destination) ?? [])]);
  if (flags.has('ro')) flags.delete('rw');
  return { destination, type: 'bind', source, options: ['rbind', `r${mount.propagation}`, ...flags] };
}

function flagsOf(mount: ConfinedMount): readonly string[] {
  return [
    mount.readOnly ? 'ro' : 'rw',
    ...(mount.nosuid ? ['nosuid'] : []),
    ...(mount.nodev ? ['nodev'] : []),
    ...(mount.noexec ? ['noexec'] : []),
  ];
}

function toLinux(confinement: Confinement, placement: RuntimePlacement): OciLinux {
  const user = confinement.namespaces.user.value;
  const all = confinement.devices.value.allow === 'all';
  return {
    namespaces: toNamespaces(confinement, placement),
    ...(user.mode === 'pod' ? toIdMappings(user.hostId, user.size) : {}),
    devices: all ? placement.hostDevices : [],
    cgroupsPath: placement.cgroupsPath,
    resources: {
      devices: [{ allow: all, access: 'rwm' }],
      ...toResources(confinement.resources, placement.cgroupVersion),
    },
    rootfsPropagation: rootPropagation(confinement.mounts),
    maskedPaths: confinement.maskedPaths.value,
    readonlyPaths: confinement.readonlyPaths.value,
    ...(placement.seccomp === undefined ? {} : { seccomp: placement.seccomp }),
  };
}

function toNamespaces(confinement: Confinement, placement: Placement): OciLinux['namespaces'] {
  const { namespacePaths: paths } = placement;
  const { user, network, ipc, uts, pid, cgroup } = confinement.namespaces;
  const pidPath = placement.pidNamespacePath ?? (pid.value === 'pod' ? paths.pid : undefined);
  if ((pid.value === 'pod' || pid.value === 'target') && pidPath === undefined)
    throw new PodproofError('internal', `no pid namespace for container "${confinement.container}"`);
  const pinned = (type: 'user' | 'network' | 'ipc' | 'uts', wanted: boolean): OciLinux['namespaces'] => {
    if (!wanted) return [];
    const path = paths[type];
    if (path === undefined) throw new PodproofError('internal', `the sandbox has no ${type} namespace`);
    return [{ type, path }];
  };
  return [
    { type: 'mount' },
    ...pinned('user', user.value.mode === 'pod'),
    ...pinned('network', network.value !== 'host'),
    ...pinned('ipc', ipc.value === 'pod'),
    ...pinned('uts', uts.value === 'pod'),
    ...(pidPath !== undefined ? [{ type: 'pid' as const, path: pidPath }] : []),
    ...(pidPath === undefined && pid.value === 'container' ? [{ type: 'pid' as const }] : []),
    ...(cgroup.value === 'container' ? [{ type: 'cgroup' as const }] : []),
  ];
}

function toIdMappings(hostId: number | null, size: number): Pick<OciLinux, 'uidMappings' | 'gidMappings'> {
  if (hostId === null) throw new PodproofError('internal', 'the pod has no range of ids yet');
  const mappings = [{ containerID: 0, hostID: hostId, size }];
  return { uidMappings: mappings, gidMappings: mappings };
}

function toResources(resources: Resources, cgroupVersion: 1 | 2): Omit<OciResources, 'devices'> {
  const quota = resources.cpuQuotaUs.value;
  const limit = resources.memoryLimitBytes.value;
  return {
    cpu: {
      shares: resources.cpuShares.value,
      ...(quota === null ? {} : { quota }),
      period: resources.cpuPeriodUs.value,
    },
    ...(limit === null ? {} : { memory: { limit } }),
    ...(resources.hugepageLimits.length === 0
      ? {}
      : {
          hugepageLimits: resources.hugepageLimits.map(({ pageSize, limitBytes }) => ({
            pageSize,
            limit: limitBytes.value,
          })),
        }),
    // The kubelet's choice on version 2: the kernel's out-of-memory killer ends the container, not one process of it.
    ...(cgroupVersion === 2 ? { unified: { 'memory.oom.group': '1' } } : {}),
  };
}

/** Mounts can only be shared below a root that is shared itself. */
function rootPropagation(mounts: readonly ConfinedMount[]): OciLinux['rootfsPropagation'] {
  const used = new Set(mounts.map(({ propagation }) => propagation));
  if (used.has('shared')) return 'rshared';
  return used.has('slave') ? 'rslave' : 'rprivate';
}
