import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PodproofError, systemCodeOf } from '../core/errors.ts';

/** Where the mounts of pods are that cannot be below their own root: one directory for each, named by its id. */
const outsideDir = '/run/podproof-mounts';

/**
 * Where a sandbox mounts: `mounts` in its directory, or where a link of that name leads. The runtime looks root file
 * systems up as the pod's root, who in a user namespace is nobody on the host and cannot walk through a directory that
 * is closed to others, such as a home or what mktemp makes.
 */
export function mountAreaOf(dir: string): string {
  const own = join(dir, 'mounts');
  try {
    return readlinkSync(own);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'EINVAL') return own;
    throw error;
  }
}

/** For a pod with a user namespace, before anything is mounted: its mounts are where its root can walk to. */
export function makeReachable(id: string, dir: string): void {
  if (isOpenToOthers(dir)) return;
  makeOutsideDir();
  const target = join(outsideDir, id);
  // The link first: by it the directory is found when this process ends in between.
  symlinkSync(target, join(dir, 'mounts'));
  mkdirSync(target, { recursive: true });
}

/** Not of `dir` itself: that is opened to the pod's root alone. */
function isOpenToOthers(dir: string): boolean {
  for (let path = dirname(dir); path !== '/'; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
  }
  return true;
}

function makeOutsideDir(): void {
  mkdirSync(outsideDir, { recursive: true });
  const { uid } = lstatSync(outsideDir);
  if (!lstatSync(outsideDir).isDirectory() || uid !== process.geteuid?.())
    throw new PodproofError('invalid', `cannot mount below "${outsideDir}": it is not this user's directory`);
  chmodSync(outsideDir, 0o711);
}

/** Takes the emptied mount area away. Nothing is mounted below it any more. */
export function removeMountArea(dir: string): void {
  const area = mountAreaOf(dir);
  rmSync(area, { recursive: true, force: true });
  rmSync(join(dir, 'mounts'), { recursive: true, force: true });
  if (dirname(area) !== outsideDir) return;
  try {
    rmdirSync(outsideDir);
  } catch (error) {
    // Another pod has its mounts there, or another process was faster.
    if (systemCodeOf(error) !== 'ENOTEMPTY' && systemCodeOf(error) !== 'ENOENT') throw error;
  }
}
