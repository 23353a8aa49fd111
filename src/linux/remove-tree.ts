import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../core/errors.ts';
import { openPath, type TreeEntry, walkTree } from './walk-tree.ts';

/**
 * Removes a directory with everything below it, also when a container has put directories inside each other until
 * their path was too long for the kernel to look up.
 */
export async function removeTree(dir: string): Promise<void> {
  try {
    return await rm(dir, { recursive: true, force: true });
  } catch (error) {
    if (systemCodeOf(error) !== 'ENAMETOOLONG') throw error;
  }
  while (await removeReachable(dir));
  await rm(dir, { recursive: true, force: true });
}

/** True when something was too deep: it then lies at the top, for the next time. */
async function removeReachable(dir: string): Promise<boolean> {
  let moved = false;
  const remove = ({ stats, path, isTooDeep }: TreeEntry): void => {
    if (isTooDeep) {
      renameSync(path, join(dir, randomUUID()));
      moved = true;
    } else if (stats.isDirectory()) rmdirSync(path);
    else unlinkSync(path);
  };
  const fd = openSync(dir, openPath | constants.O_DIRECTORY);
  try {
    // What stays is told by the last removal.
    await walkTree(fd, remove, () => undefined);
  } finally {
    closeSync(fd);
  }
  return moved;
}
