import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessReport } from '../core/contract/proof-report.ts';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import { parseIdMap } from '../linux/id-map.ts';
import { parseMountInfo } from '../linux/mount-info.ts';
import { type CgroupMembership, parseCgroups } from '../linux/proc-cgroup.ts';
import { parseProcStatus } from '../linux/proc-status.ts';
import { cgroupDirectories } from './observe/cgroup.ts';
import { readNamespaceInode, readProcFile } from './observe/proc-file.ts';
import { insideIdOf } from './observe/user.ts';

/**
 * Every process of the container that a process belongs to, the ones started later by `exec` included, with pid and uid
 * on both sides; by host pid. Members are told by cgroup, or by pid namespace where the container has no cgroup of its
 * own. A process that ends meanwhile is left out; when `pid` itself has ended, that is an error `not-found`.
 */
export function processTree(pid: number): readonly ProcessReport[] {
  return [...new Set([pid, ...membersBesides(pid)])]
    .sort((a, b) => a - b)
    .flatMap((member) => unlessGone(() => reportOf(member)) ?? []);
}

function membersBesides(pid: number): readonly number[] {
  const directory = ownCgroup(pid);
  if (directory !== undefined) return processesBelow(directory);
  const namespace = readNamespaceInode(pid, 'pid');
  if (namespace === readNamespaceInode('self', 'pid')) return [];
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((candidate) => unlessGone(() => readNamespaceInode(candidate, 'pid')) === namespace);
}

/** The directory of a cgroup that the process is in and we are not; undefined when it has none of its own. */
function ownCgroup(pid: number): string | undefined {
  const text = readProcFile(pid, 'cgroup');
  const ours = new Set(cgroupsOf(process.pid).map(keyOf));
  const distinct = parseCgroups(text).find(
    (membership) => membership.path !== '/' && !ours.has(keyOf(membership)),
  );
  if (distinct === undefined) return undefined;
  const directories = cgroupDirectories(text, parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')));
  return directories[distinct.controllers[0] ?? ''];
}

function processesBelow(cgroup: string): readonly number[] {
  try {
    const own = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    const below = readdirSync(cgroup, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...own, ...below.flatMap(({ name }) => processesBelow(join(cgroup, name)))];
  } catch (error) {
    // It went away with its last process.
    if (['ENOENT', 'ENODEV'].includes(systemCodeOf(error) ?? '')) return [];
    throw error;
  }
}

function cgroupsOf(pid: number): readonly CgroupMembership[] {
  return parseCgroups(readProcFile(pid, 'cgroup'));
}

function keyOf({ hierarchyId, path }: CgroupMembership): string {
  return `${hierarchyId}:${path}`;
}

function reportOf(hostPid: number): ProcessReport {
  const status = parseProcStatus(readProcFile(hostPid, 'status'));
  const hostUid = status.uids.effective;
  return {
    pid: status.namespacePids.at(-1) ?? hostPid,
    hostPid,
    parentHostPid: status.parentPid,
    // 65534 is what the process itself reads for an id that its namespace does not know (user_namespaces(7)).
    uid: insideIdOf(hostUid, parseIdMap(readProcFile(hostPid, 'uid_map'))) ?? 65534,
    hostUid,
    command: commandOf(hostPid, status.name),
  };
}

/** A zombie has no arguments any more: its name in brackets, as ps(1) shows it. */
function commandOf(hostPid: number, name: string): string {
  const args = readProcFile(hostPid, 'cmdline').split('\0').filter(Boolean);
  return args.length === 0 ? `[${name}]` : args.join(' ');
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PodproofError && error.code === 'not-found') return undefined;
    throw error;
  }
}
