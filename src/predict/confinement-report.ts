import type { ConfinedMount, Confinement, Resources } from '../confinement/confinement.ts';
import type { SourcedReport } from '../core/contract/check-report.ts';
import { type Sourced, sourced } from '../core/sourced.ts';
import { type DocumentPlace, sourcedReport } from './document-place.ts';

type Entry = readonly [member: string, value: Sourced<unknown>];

/**
 * A confinement as a flat record. Members of members have dots, as facts of a proof have: `namespaces.user`,
 * `resources.cpuShares`; what has a name of its own stands in brackets: `mounts[/tmp]`, `sysctls[net.ipv4.tcp_rmem]`.
 */
export function confinementReport(
  confinement: Confinement,
  place: DocumentPlace,
): Readonly<Record<string, SourcedReport>> {
  const report: Record<string, SourcedReport> = {};
  for (const [member, value] of entriesOf(confinement)) report[member] = sourcedReport(value, place);
  return report;
}

function entriesOf(confinement: Confinement): readonly Entry[] {
  const { user, userOrigins, namespaces } = confinement;
  return [
    ['user', user],
    ['user.gid', sourced(user.value.gid, userOrigins.gid)],
    ['user.groups', sourced(user.value.groups, userOrigins.groups)],
    ['privileged', confinement.privileged],
    ['capabilities', confinement.capabilities],
    ['noNewPrivileges', confinement.noNewPrivileges],
    ['seccomp', confinement.seccomp],
    ['appArmor', confinement.appArmor],
    ['seLinux', confinement.seLinux],
    ['namespaces.user', namespaces.user],
    ['namespaces.network', namespaces.network],
    ['namespaces.pid', namespaces.pid],
    ['namespaces.ipc', namespaces.ipc],
    ['namespaces.uts', namespaces.uts],
    ['namespaces.cgroup', namespaces.cgroup],
    ['rootFilesystem', confinement.rootFilesystem],
    ...confinement.mounts.map(mountEntry),
    ['maskedPaths', confinement.maskedPaths],
    ['readonlyPaths', confinement.readonlyPaths],
    ['devices', confinement.devices],
    ...confinement.sysctls.map(({ name, value }): Entry => [`sysctls[${name}]`, value]),
    ...resourceEntries(confinement.resources),
    ['oomScoreAdj', confinement.oomScoreAdj],
    ['rlimits', confinement.rlimits],
  ];
}

function mountEntry(mount: ConfinedMount): Entry {
  return [`mounts[${mount.destination}]`, sourced(mountValue(mount), mount.from)];
}

/** Everything of a mount but its place and its origin. Written out: V8 takes ten times as long for a rest member. */
function mountValue(mount: ConfinedMount): Omit<ConfinedMount, 'destination' | 'from'> {
  const { source, fsType, readOnly, recursiveReadOnly, nosuid, nodev, noexec, propagation, data } = mount;
  return { source, fsType, readOnly, recursiveReadOnly, nosuid, nodev, noexec, propagation, data };
}

function resourceEntries({ hugepageLimits, ...limits }: Resources): readonly Entry[] {
  return [
    ['resources.cpuShares', limits.cpuShares],
    ['resources.cpuQuotaUs', limits.cpuQuotaUs],
    ['resources.cpuPeriodUs', limits.cpuPeriodUs],
    ['resources.memoryLimitBytes', limits.memoryLimitBytes],
    ...hugepageLimits.map(
      ({ pageSize, limitBytes }): Entry => [`resources.hugepageLimits[${pageSize}]`, limitBytes],
    ),
  ];
}
