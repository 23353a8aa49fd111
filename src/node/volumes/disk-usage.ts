import { closeSync, constants, openSync, type Stats } from 'node:fs';
import { systemCodeOf } from '../../core/errors.ts';
import { openPath, walkTree } from '../../linux/walk-tree.ts';

/**
 * Bytes on disk of everything below a directory, a file with several names counted once. What cannot be looked at is
 * left out: a container may make it so, and its volume must not end the node's work.
 */
export async function diskUsage(root: string, signal?: AbortSignal): Promise<number> {
  const fd = openRoot(root);
  if (fd === undefined) return 0;
  let bytes = 0;
  const linked = new Set<string>();
  const count = (stats: Stats): void => {
    if (!stats.isDirectory() && stats.nlink > 1) {
      const identity = `${stats.dev}:${stats.ino}`;
      if (linked.has(identity)) return;
      linked.add(identity);
    }
    bytes += stats.blocks * 512;
  };
  try {
    await walkTree(
      fd,
      ({ stats }) => count(stats),
      () => undefined,
      signal,
    );
  } finally {
    closeSync(fd);
  }
  return bytes;
}

function openRoot(root: string): number | undefined {
  try {
    return openSync(root, openPath | constants.O_DIRECTORY);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
