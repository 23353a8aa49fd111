import type { ObservedFact } from '../core/contract/observation-report.ts';
import { viewOfDefault } from './facts/devices.ts';
import { isHost } from './facts/namespaces.ts';
import { ascending, single } from './facts/user.ts';
import { NAMESPACE_FILES, NAMESPACE_KINDS, type Observation, type ObservedMount } from './observation.ts';

/**
 * An observation alone, as facts: what the kernel says of a process that nobody compares with anything. Fields have the
 * same names and shapes as in a proof.
 */
export function observationFacts(observation: Observation): readonly ObservedFact[] {
  return [
    ...userFacts(observation),
    ...rightsFacts(observation),
    ...namespaceFacts(observation),
    ...fileSystemFacts(observation),
    ...limitFacts(observation),
  ];
}

function userFacts({ hostPid, pid, user }: Observation): readonly ObservedFact[] {
  const status = `/proc/${hostPid}/status`;
  const hostUid = user.host.uid.effective;
  const hostGid = user.host.gid.effective;
  return [
    { field: 'process.pid', observed: pid, source: `${status} NSpid`, note: `host pid ${hostPid}` },
    {
      field: 'user.uid',
      observed: single(user.inside.uid),
      source: `${status} Uid`,
      note: `host uid ${hostUid}${user.changedItself ? '; the process changed its user itself' : ''}`,
    },
    {
      field: 'user.gid',
      observed: single(user.inside.gid),
      source: `${status} Gid`,
      note: `host gid ${hostGid}`,
    },
    { field: 'user.groups', observed: ascending(user.inside.groups), source: `${status} Groups` },
  ];
}

function rightsFacts(observation: Observation): readonly ObservedFact[] {
  const { hostPid, capabilities, noNewPrivileges, seccomp, appArmor, seLinux } = observation;
  const status = `/proc/${hostPid}/status`;
  const filters = `${seccomp.filters} filter${seccomp.filters === 1 ? '' : 's'}`;
  return [
    { field: 'capabilities.bounding', observed: capabilities.bounding, source: `${status} CapBnd` },
    { field: 'capabilities.effective', observed: capabilities.effective, source: `${status} CapEff` },
    { field: 'capabilities.permitted', observed: capabilities.permitted, source: `${status} CapPrm` },
    { field: 'capabilities.inheritable', observed: capabilities.inheritable, source: `${status} CapInh` },
    { field: 'capabilities.ambient', observed: capabilities.ambient, source: `${status} CapAmb` },
    { field: 'noNewPrivileges', observed: noNewPrivileges, source: `${status} NoNewPrivs` },
    { field: 'seccomp', observed: seccomp, source: `${status} Seccomp, Seccomp_filters`, note: filters },
    {
      field: 'appArmor',
      observed: appArmor,
      source: `/proc/${hostPid}/attr/apparmor/current`,
      ...(appArmor.mode === 'none' ? { note: 'not in this kernel' } : {}),
    },
    {
      field: 'seLinux',
      observed: seLinux,
      source: `/proc/${hostPid}/attr/current`,
      ...(seLinux.mode === 'none' ? { note: 'not in this kernel' } : {}),
    },
  ];
}

function namespaceFacts({ hostPid, namespaces, userNamespace }: Observation): readonly ObservedFact[] {
  const root = userNamespace.uidMap.find(({ insideId }) => insideId === 0);
  const facts = NAMESPACE_KINDS.map(
    (kind): ObservedFact => ({
      field: `namespaces.${kind}`,
      observed: isHost(namespaces[kind]) ? 'host' : 'own',
      source: `/proc/${hostPid}/ns/${NAMESPACE_FILES[kind]}`,
      note: `inode ${namespaces[kind].inode}`,
    }),
  );
  return [
    ...facts,
    {
      field: 'userNamespace',
      observed: { uidMap: userNamespace.uidMap, gidMap: userNamespace.gidMap },
      source: `/proc/${hostPid}/uid_map, gid_map`,
      note:
        root === undefined
          ? 'it has no root'
          : `0 -> ${root.outsideId}, ${root.size} ids: its root is host uid ${root.outsideId}`,
    },
  ];
}

function fileSystemFacts(observation: Observation): readonly ObservedFact[] {
  const { hostPid, rootFilesystem, mounts, maskedPaths, readonlyPaths, devices } = observation;
  const mountinfo = `/proc/${hostPid}/mountinfo`;
  const hidden = new Set(['/', ...maskedPaths, ...readonlyPaths]);
  return [
    { field: 'rootFilesystem.readOnly', observed: rootFilesystem.readOnly, source: `${mountinfo} /` },
    ...mounts
      .filter(({ mountPoint }) => !hidden.has(mountPoint))
      .map((mount) => ({
        field: `mounts[${mount.mountPoint}]`,
        observed: mountView(mount),
        source: `${mountinfo} ${mount.mountPoint}`,
        note: mountNote(mount),
      })),
    { field: 'maskedPaths', observed: [...maskedPaths].sort(), source: mountinfo },
    { field: 'readonlyPaths', observed: [...readonlyPaths].sort(), source: mountinfo },
    { field: 'devices', observed: viewOfDefault(devices), source: `/proc/${hostPid}/root/dev, devices.list` },
  ];
}

function mountView({ fsType, readOnly, nosuid, nodev, noexec, peers }: ObservedMount): unknown {
  return { fsType, readOnly, nosuid, nodev, noexec, propagation: peers };
}

/** `ext4 /dev/vda, /srv/data, ro,nosuid`. */
function mountNote({ fsType, source, root, options }: ObservedMount): string {
  return `${fsType} ${source}${root === '/' ? '' : `, ${root}`}, ${options.join(',')}`;
}

function limitFacts(observation: Observation): readonly ObservedFact[] {
  const { hostPid, sysctls, cgroup, oomScoreAdj, rlimits } = observation;
  const { memoryLimit, cpuShares, cpuWeight, cpuQuotaUs, cpuPeriodUs, pidsLimit } = cgroup;
  const limits = {
    memory: memoryLimit,
    cpuShares,
    cpuWeight,
    cpuQuota: cpuQuotaUs,
    cpuPeriod: cpuPeriodUs,
    pids: pidsLimit,
  };
  return [
    ...Object.entries(sysctls).map(([name, observed]) => ({
      field: `sysctls[${name}]`,
      observed,
      source: `/proc/sys of process ${hostPid}: ${name}`,
    })),
    ...Object.entries(limits).flatMap(([name, limit]) =>
      limit === undefined ? [] : [{ field: `resources.${name}`, observed: limit.value, source: limit.file }],
    ),
    {
      field: 'cgroup',
      observed: cgroup.directories,
      source: `/proc/${hostPid}/cgroup`,
      note: `version ${cgroup.version}`,
    },
    { field: 'oomScoreAdj', observed: oomScoreAdj, source: `/proc/${hostPid}/oom_score_adj` },
    ...rlimits.map(({ type, soft, hard }) => ({
      field: `rlimits[${type}]`,
      observed: { soft, hard },
      source: `/proc/${hostPid}/limits`,
    })),
  ];
}
