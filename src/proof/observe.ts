import { setTimeout as sleep } from 'node:timers/promises';
import { parseCapabilityMask } from '../confinement/capability.ts';
import { type CapabilitySets, type Confinement, type Rlimit } from '../confinement/confinement.ts';
import { PodproofError } from '../core/errors.ts';
import { parseLimits } from '../linux/proc-limits.ts';
import { readProcStat } from '../linux/proc-stat.ts';
import { type ProcStatus, parseProcStatus } from '../linux/proc-status.ts';
import type { Observation, ObservedSeccomp } from './observation.ts';
import { observeCgroup, observeDeviceRules } from './observe/cgroup.ts';
import { hostDeviceNodes, observeDeviceNodes } from './observe/devices.ts';
import { observeAppArmor, observeSeLinux } from './observe/lsm.ts';
import { observeMounts } from './observe/mounts.ts';
import { observeIdMaps, observeInterfaces, observeNamespaces } from './observe/namespaces.ts';
import { hasEnded, readProcFile } from './observe/proc-file.ts';
import { observeSysctls } from './observe/sysctls.ts';
import { observeUser } from './observe/user.ts';

/** What is to be looked at besides what is always looked at. */
export interface ObserveOptions {
  /** Start time of the process that is meant: another one that was given its pid is then an error `not-found`. */
  readonly startTime?: number;
  /** Paths of which it is to be said whether they exist in the container: those to be masked or protected. */
  readonly paths?: readonly string[];
  /** Names with dots. */
  readonly sysctls?: readonly string[];
}

/** What has to be looked at in order to compare with that confinement. */
export function observeOptionsFor(expected: Confinement): ObserveOptions {
  return {
    paths: [...expected.maskedPaths.value, ...expected.readonlyPaths.value],
    sysctls: expected.sysctls.map(({ name }) => name),
  };
}

/** A process that is just being started, or that changes while we read, is read again; this often, this far apart. */
const ATTEMPTS = 40;
const PAUSE_MS = 25;

/**
 * Reads from the kernel, and from nothing else, how a process is confined. Works for any process of this machine,
 * whoever started it. A process that does not exist, or ends meanwhile, is an error `not-found`.
 */
export async function observe(pid: number, options: ObserveOptions = {}): Promise<Observation> {
  for (let attempt = 1; ; attempt += 1) {
    const before = readLife(pid, options.startTime);
    const isLast = attempt === ATTEMPTS;
    if (!isRuntimeInit(before.status)) {
      const observation = readOnce(pid, before, options);
      const after = readLife(pid, before.startTime);
      if (isLast || sameRights(before.status, after.status)) return observation;
    } else if (isLast) {
      throw new PodproofError(
        'not-found',
        `cannot observe process "${pid}": its program has not been started yet`,
        {
          advice: 'it is a container that was created only: start it first',
        },
      );
    }
    await sleep(PAUSE_MS);
  }
}

interface Life {
  readonly startTime: number;
  readonly status: ProcStatus;
}

function readLife(pid: number, startTime: number | undefined): Life {
  const stat = readProcStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') throw hasEnded(pid);
  if (startTime !== undefined && stat.startTime !== startTime) throw hasEnded(pid);
  return { startTime: stat.startTime, status: parseProcStatus(readProcFile(pid, 'status')) };
}

/** The runtime's own process, before it turns into the container's program: nothing of it is the container's yet. */
function isRuntimeInit(status: ProcStatus): boolean {
  return status.name.startsWith('runc:[') || status.name === 'crun';
}

function sameRights(before: ProcStatus, after: ProcStatus): boolean {
  return rightsOf(before) === rightsOf(after);
}

function rightsOf(status: ProcStatus): string {
  const { name, uids, gids, groups, capabilities, noNewPrivileges, seccompFilters } = status;
  return JSON.stringify([name, uids, gids, groups, capabilities, noNewPrivileges, seccompFilters]);
}

function readOnce(pid: number, { startTime, status }: Life, options: ObserveOptions): Observation {
  const userNamespace = observeIdMaps(pid);
  const cgroup = observeCgroup(pid);
  const own = parseProcStatus(readProcFile(process.pid, 'status'));
  return {
    hostPid: pid,
    pid: status.namespacePids.at(-1) ?? pid,
    startTime,
    args: readProcFile(pid, 'cmdline').split('\0').slice(0, -1),
    user: observeUser(pid, status, userNamespace),
    capabilities: capabilitySets(status),
    noNewPrivileges: status.noNewPrivileges,
    seccomp: seccompOf(status),
    namespaces: observeNamespaces(pid),
    userNamespace,
    interfaces: observeInterfaces(pid),
    ...observeMounts(pid, options.paths ?? []),
    devices: {
      nodes: observeDeviceNodes(pid),
      hostNodes: hostDeviceNodes(),
      rules: observeDeviceRules(cgroup),
    },
    sysctls: observeSysctls(pid, options.sysctls ?? []),
    cgroup,
    rlimits: parseLimits(readProcFile(pid, 'limits')) satisfies readonly Rlimit[],
    oomScoreAdj: Number(readProcFile(pid, 'oom_score_adj')),
    appArmor: observeAppArmor(pid),
    seLinux: observeSeLinux(pid),
    observer: { noNewPrivileges: own.noNewPrivileges, seccompFilters: seccompOf(own).filters },
  };
}

function capabilitySets({ capabilities }: ProcStatus): CapabilitySets {
  return {
    bounding: parseCapabilityMask(capabilities.bounding),
    effective: parseCapabilityMask(capabilities.effective),
    permitted: parseCapabilityMask(capabilities.permitted),
    inheritable: parseCapabilityMask(capabilities.inheritable),
    ambient: parseCapabilityMask(capabilities.ambient),
  };
}

function seccompOf({ seccompMode, seccompFilters }: ProcStatus): ObservedSeccomp {
  const mode = seccompMode === 2 ? 'filter' : seccompMode === 1 ? 'strict' : 'unconfined';
  return { mode, filters: seccompFilters ?? (mode === 'filter' ? 1 : 0) };
}
