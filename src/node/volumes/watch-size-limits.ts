import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import type { PreparedVolume } from './prepared-volume.ts';

/**
 * Looks at the disk usage of emptyDir volumes every period, as the kubelet does; returns its eviction text for the
 * first that is over its limit, or undefined once the signal has aborted.
 */
export async function watchSizeLimits(
  volumes: readonly PreparedVolume[],
  clock: Clock,
  periodMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    await clock.sleep(periodMs, signal);
    if (signal.aborted) return undefined;
    for (const { name, root, sizeLimit } of volumes)
      if (sizeLimit !== undefined && (await diskUsage(root)) > sizeLimit.bytes)
        return `Usage of EmptyDir volume "${name}" exceeds the limit "${sizeLimit.text}". `;
  }
}

async function diskUsage(path: string): Promise<number> {
  try {
    const stats = await lstat(path);
    const own = stats.blocks * 512;
    if (!stats.isDirectory()) return own;
    let sum = own;
    for (const name of await readdir(path, { encoding: 'buffer' }))
      sum += await diskUsage(join(path, name.toString()));
    return sum;
  } catch (error) {
    // The containers delete files while they are counted.
    if (systemCodeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
