import type { Clock } from '../clock.ts';
import { diskUsage } from './disk-usage.ts';
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
      if (sizeLimit !== undefined && (await diskUsage(root, signal)) > sizeLimit.bytes)
        return `Usage of EmptyDir volume "${name}" exceeds the limit "${sizeLimit.text}". `;
  }
}
