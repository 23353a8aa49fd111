import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  lchownSync,
  openSync,
  type Stats,
} from 'node:fs';
import { messageOf } from '../../core/errors.ts';
import { openPath, type TreeEntry, walkTree } from '../../linux/walk-tree.ts';

export interface FsGroupRequest {
  readonly root: string;
  readonly fsGroup: number;
  readonly policy: 'Always' | 'OnRootMismatch';
  readonly readOnly: boolean;
  /** Called for every file that was changed. */
  readonly onFile?: () => void;
  /** Ends the walk where it is. */
  readonly signal?: AbortSignal;
}

/** What could not be changed, with the reason; the kubelet logs such things and goes on. */
export type FsGroupProblem = string;

/** A volume that refuses everything would fill the memory with reasons. */
const keptProblems = 100;

/**
 * Gives a volume to `fsGroup` as the kubelet does: children before parents, the group on everything, `rw` for it on what
 * is no link, setgid on directories.
 */
export async function setVolumeOwnership(request: FsGroupRequest): Promise<readonly FsGroupProblem[]> {
  const problems: FsGroupProblem[] = [];
  const fd = openSync(request.root, openPath | constants.O_DIRECTORY);
  try {
    const stats = fstatSync(fd);
    if (request.policy === 'OnRootMismatch' && matches(stats, request)) return [];
    const keep = (error: unknown): void => {
      if (problems.length < keptProblems) problems.push(messageOf(error));
    };
    await walkTree(fd, (entry) => changeEntry(entry, request), keep, request.signal);
    // Last, so that OnRootMismatch sees what was not finished.
    if (request.signal?.aborted !== true) change(fd, stats, request);
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

function changeEntry({ fd, stats, path }: TreeEntry, request: FsGroupRequest): void {
  if (stats.isSymbolicLink()) lchownSync(path, stats.uid, request.fsGroup);
  else change(fd, stats, request);
  request.onFile?.();
}

/** By the descriptor's own link, which leads to that very file and nowhere else. */
function change(fd: number, stats: Stats, request: FsGroupRequest): void {
  const bits = (request.readOnly ? 0o440 : 0o660) | (stats.isDirectory() ? 0o2110 : 0);
  chownSync(`/proc/self/fd/${fd}`, stats.uid, request.fsGroup);
  // After the change of group, which takes setuid and setgid away.
  chmodSync(`/proc/self/fd/${fd}`, (stats.mode & 0o7777) | bits);
}
