import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCodeOf } from '../core/errors.ts';
import { parseMountInfo } from '../linux/mount-info.ts';

/** A mounted cgroup hierarchy. */
export interface CgroupHierarchy {
  readonly mountPoint: string;
  readonly version: 1 | 2;
  /** Those bound to it, of version 1; empty for a named one and for version 2. */
  readonly controllers: readonly string[];
}

const controllerNames = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'hugetlb',
  'net_cls',
  'net_prio',
  'perf_event',
  'rdma',
  'misc',
];

/** The hierarchies of this machine, as they are mounted below /sys/fs/cgroup. */
export function readCgroupHierarchies(
  mountInfo: string = readFileSync('/proc/self/mountinfo', 'utf8'),
): readonly CgroupHierarchy[] {
  return parseMountInfo(mountInfo)
    .filter(({ mountPoint }) => mountPoint.startsWith('/sys/fs/cgroup'))
    .flatMap(({ fsType, mountPoint, superOptions }): CgroupHierarchy[] => {
      if (fsType === 'cgroup2') return [{ mountPoint, version: 2, controllers: [] }];
      if (fsType !== 'cgroup') return [];
      return [
        {
          mountPoint,
          version: 1,
          controllers: superOptions.filter((name) => controllerNames.includes(name)),
        },
      ];
    });
}

/** 1 when any controller is on version 1: that is where limits are then set. */
export function cgroupVersionOf(hierarchies: readonly CgroupHierarchy[]): 1 | 2 {
  return hierarchies.some(({ controllers }) => controllers.length > 0) ? 1 : 2;
}

/** The host pids in a cgroup and those below it, from whatever hierarchies know it. */
export function pidsInCgroup(hierarchies: readonly CgroupHierarchy[], path: string): readonly number[] {
  const pids = new Set<number>();
  for (const { mountPoint } of hierarchies)
    for (const dir of treeOf(join(mountPoint, path)))
      for (const pid of readOrEmpty(join(dir, 'cgroup.procs')).split('\n').filter(Boolean))
        pids.add(Number(pid));
  return [...pids];
}

const killTimeoutMs = 10_000;

/** Kills every process in a cgroup, also those that are born meanwhile, and waits until none is left. */
export async function killCgroup(hierarchies: readonly CgroupHierarchy[], path: string): Promise<void> {
  const deadline = Date.now() + killTimeoutMs;
  let waitMs = 1;
  for (;;) {
    const pids = pidsInCgroup(hierarchies, path);
    if (pids.length === 0 || Date.now() > deadline) return;
    for (const pid of pids) sendKill(pid);
    await sleep(waitMs);
    waitMs = Math.min(waitMs * 2, 50);
  }
}

/** SIGKILL; no error when the process has gone already. */
export function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}

const removeAttempts = 20;

/** Removes an empty cgroup with all below it from every hierarchy. */
export async function removeCgroup(hierarchies: readonly CgroupHierarchy[], path: string): Promise<void> {
  for (const { mountPoint } of hierarchies) {
    const dirs = treeOf(join(mountPoint, path));
    for (const dir of dirs.toReversed())
      for (let attempt = 0; attempt < removeAttempts && !tryRemove(dir); attempt += 1) await sleep(5);
  }
}

/** Removes the directory that holds the pods' cgroups, when no pod is left. */
export function removeCgroupParent(hierarchies: readonly CgroupHierarchy[], path: string): void {
  for (const { mountPoint } of hierarchies) tryRemove(join(mountPoint, path));
}

/** True: it is gone. The kernel refuses for a moment after the last process has ended. */
function tryRemove(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return true;
    if (systemCodeOf(error) === 'EBUSY' || systemCodeOf(error) === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** The directory and all below it, parents first; empty when there is none. */
function treeOf(dir: string): readonly string[] {
  try {
    const below = readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => treeOf(join(dir, entry.name)));
    return [dir, ...below];
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile, or a threaded cgroup, whose processes its parent lists.
    return '';
  }
}

/** How often the out-of-memory killer has ended a process of a cgroup; 0 when that cannot be read. */
export function countOutOfMemoryKills(hierarchies: readonly CgroupHierarchy[], path: string): number {
  for (const { mountPoint, version, controllers } of hierarchies) {
    if (version === 1 && !controllers.includes('memory')) continue;
    const file = version === 1 ? 'memory.oom_control' : 'memory.events';
    const match = /^oom_kill (\d+)$/m.exec(readOrEmpty(join(mountPoint, path, file)));
    if (match !== null) return Number(match[1]);
  }
  return 0;
}
