import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OciDevice } from './oci.ts';

/** Directories that hold no devices of their own but file systems, and what every container has of its own. */
const skippedNames: ReadonlySet<string> = new Set([
  'pts',
  'shm',
  'fd',
  'mqueue',
  '.lxc',
  '.lxd-mounts',
  '.udev',
  'console',
]);

/** Every block and character device below /dev: what a privileged container gets. */
export function readHostDevices(dir = '/dev'): readonly OciDevice[] {
  return readdirSync(dir)
    .filter((name) => !skippedNames.has(name))
    .flatMap((name) => {
      const path = join(dir, name);
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) return [];
      if (stat.isDirectory()) return readHostDevices(path);
      if (!stat.isBlockDevice() && !stat.isCharacterDevice()) return [];
      return [
        {
          path,
          type: stat.isBlockDevice() ? 'b' : 'c',
          ...deviceNumbers(stat.rdev),
          fileMode: Number(stat.mode & 0o7777n),
          uid: Number(stat.uid),
          gid: Number(stat.gid),
        } as const,
      ];
    });
}

/** glibc's gnu_dev_major and gnu_dev_minor. */
function deviceNumbers(device: bigint): { readonly major: number; readonly minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn);
  return { major: Number(major & 0xffffffffn), minor: Number(minor & 0xffffffffn) };
}
