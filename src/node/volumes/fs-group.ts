import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  lchownSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { messageOf } from '../../core/errors.ts';

const openPath = 0o10000000;

export interface FsGroupRequest {
  readonly root: string;
  readonly fsGroup: number;
  readonly policy: 'Always' | 'OnRootMismatch';
  readonly readOnly: boolean;
}

/** What could not be changed, with the reason; the kubelet logs such things and goes on. */
export type FsGroupProblem = string;

/**
 * Gives a volume to `fsGroup` as the kubelet does: children before parents, the group on everything, `rw` for it on what
 * is no link, setgid on directories. Names are looked up in opened directories and links are never followed, because the
 * files of a claim may belong to a container that changes them meanwhile.
 */
export function setVolumeOwnership(request: FsGroupRequest): readonly FsGroupProblem[] {
  const problems: FsGroupProblem[] = [];
  const fd = openSync(request.root, openPath | constants.O_DIRECTORY);
  try {
    const stats = fstatSync(fd);
    if (request.policy === 'OnRootMismatch' && matches(stats, request)) return [];
    changeChildren(fd, request, problems);
    change(fd, stats, request);
  } finally {
    closeSync(fd);
  }
  return problems;
}

/** The root already has the group, its bits and setgid. */
function matches(stats: Stats, request: FsGroupRequest): boolean {
  const wanted = (request.readOnly ? 0o550 : 0o770) | 0o2000;
  return stats.gid === request.fsGroup && (stats.mode & wanted) === wanted;
}

function changeChildren(dirFd: number, request: FsGroupRequest, problems: FsGroupProblem[]): void {
  const dir = `/proc/self/fd/${dirFd}`;
  for (const name of readdirSync(dir, { encoding: 'buffer' })) {
    try {
      changeEntry(Buffer.concat([Buffer.from(`${dir}/`), name]), request, problems);
    } catch (error) {
      problems.push(`${request.root}: ${messageOf(error)}`);
    }
  }
}

function changeEntry(path: Buffer, request: FsGroupRequest, problems: FsGroupProblem[]): void {
  const fd = openSync(path, openPath | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(fd);
    if (stats.isSymbolicLink()) return lchownSync(path, stats.uid, request.fsGroup);
    if (stats.isDirectory()) changeChildren(fd, request, problems);
    change(fd, stats, request);
  } finally {
    closeSync(fd);
  }
}

/** By the descriptor's own link, which leads to that very file and nowhere else. */
function change(fd: number, stats: Stats, request: FsGroupRequest): void {
  const bits = (request.readOnly ? 0o440 : 0o660) | (stats.isDirectory() ? 0o2110 : 0);
  chownSync(`/proc/self/fd/${fd}`, stats.uid, request.fsGroup);
  // After the change of group, which takes setuid and setgid away.
  chmodSync(`/proc/self/fd/${fd}`, (stats.mode & 0o7777) | bits);
}
