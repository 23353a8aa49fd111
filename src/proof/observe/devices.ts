import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';
import type { DeviceNode } from '../observation.ts';

/** Terminals, queues and shared memory: file systems of their own, whose entries come and go. */
const SKIPPED: ReadonlySet<string> = new Set(['pts', 'shm', 'mqueue', 'hugepages']);

/** The device nodes in the process's /dev, by path as it sees them. */
export function observeDeviceNodes(pid: number): readonly DeviceNode[] {
  return deviceNodesBelow(`/proc/${pid}/root/dev`);
}

/** The same of this machine. */
export function hostDeviceNodes(): readonly DeviceNode[] {
  return deviceNodesBelow('/dev');
}

function deviceNodesBelow(directory: string): readonly DeviceNode[] {
  // A link in the place of /dev would lead out of the container, and is no /dev.
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return walk(directory, '/dev', true).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(directory: string, shownAs: string, isTop: boolean): DeviceNode[] {
  return entriesOf(directory)
    .filter((name) => !(isTop && SKIPPED.has(name)))
    .flatMap((name): DeviceNode[] => {
      const stat = lstatSync(join(directory, name), { throwIfNoEntry: false });
      if (stat === undefined) return [];
      const path = `${shownAs}/${name}`;
      if (stat.isDirectory()) return walk(join(directory, name), path, false);
      if (!stat.isCharacterDevice() && !stat.isBlockDevice()) return [];
      return [{ path, type: stat.isBlockDevice() ? 'b' : 'c', ...deviceNumbers(stat.rdev) }];
    });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCodeOf(error) ?? '')) return [];
    throw error;
  }
}

/** The two halves of a device number as glibc packs them (makedev(3)); those of real devices fit in 32 bits. */
function deviceNumbers(rdev: number): { readonly major: number; readonly minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
