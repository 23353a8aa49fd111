import { readFile } from 'node:fs/promises';
import { PodproofError } from '../core/errors.ts';
import { parseMountInfo } from '../linux/mount-info.ts';
import { unmountTree } from '../linux/mounts.ts';
import { removeTree } from '../linux/remove-tree.ts';
import type { Engine } from '../runtime/engine.ts';
import type { PodRecord } from './pod-record.ts';

/** Takes away all that is left of a pod, whatever state it is in. Idempotent. */
export async function removePod(engine: Engine, record: Pick<PodRecord, 'uid' | 'dir'>): Promise<void> {
  await engine.removeSandbox({ id: record.uid, dir: record.dir });
  for (const mountPoint of (await mountPointsBelow(record.dir)).reverse()) unmountTree(mountPoint);
  const left = await mountPointsBelow(record.dir);
  if (left.length > 0) {
    // Deleting now would delete what is mounted: a claim's files, or the host's.
    throw new PodproofError('internal', `cannot remove pod "${record.uid}": still mounted`, {
      problems: left,
    });
  }
  await removeTree(record.dir);
}

/** Outer mounts before those on top of them. */
async function mountPointsBelow(dir: string): Promise<string[]> {
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'))
    .map(({ mountPoint }) => mountPoint)
    .filter((mountPoint) => mountPoint === dir || mountPoint.startsWith(`${dir}/`));
}
