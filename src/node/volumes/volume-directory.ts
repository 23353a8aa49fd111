import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MountFlag, mount } from '../../linux/mounts.ts';

/** The volume's own directory on disk, 0777 as the kubelet leaves it. One that is there already stays as it is. */
export function makeDiskDirectory(volumesDir: string, name: string): string {
  const dir = join(volumesDir, name);
  const made = mkdirSync(dir, { recursive: true });
  if (made !== undefined) chmodSync(dir, 0o777);
  return dir;
}

/** The same in memory: what is secret never reaches the disk. Goes with the pod's other mounts. */
export function makeMemoryDirectory(volumesDir: string, name: string, sizeBytes?: number): string {
  const dir = join(volumesDir, name);
  mkdirSync(dir, { recursive: true });
  const size = sizeBytes === undefined ? '' : `,size=${sizeBytes}`;
  mount('tmpfs', dir, 'tmpfs', MountFlag.noSuid | MountFlag.noDev, `mode=1777${size}`);
  return dir;
}
