import { lstatSync, readFileSync } from 'node:fs';
import { systemCodeOf } from '../../core/errors.ts';
import { type MountInfo, parseMountInfo } from '../../linux/mount-info.ts';
import type { ObservedMount } from '../observation.ts';
import { isBelow } from '../paths.ts';
import { hasEnded, readProcFile } from './proc-file.ts';

export interface ObservedMounts {
  readonly mounts: readonly ObservedMount[];
  readonly rootFilesystem: { readonly readOnly: boolean };
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
  readonly absentPaths: readonly string[];
}

/** Every mount that the process can reach, and what they do: `paths` are looked up for whether they exist at all. */
export function observeMounts(pid: number, paths: readonly string[]): ObservedMounts {
  const visible = visibleMounts(parseMountInfo(readProcFile(pid, 'mountinfo')));
  const shared = sharedDevicesOfHost();
  const mounts = visible.map((mount) => observedMount(mount, visible, shared));
  const root = mounts.find(({ mountPoint }) => mountPoint === '/');
  // A process without a mount at its root has ended, or was left behind in a mount namespace that is being torn down.
  if (root === undefined) throw hasEnded(pid);
  return {
    mounts,
    rootFilesystem: { readOnly: root.readOnly },
    maskedPaths: mounts.filter((mount) => isMask(mount, mounts)).map(({ mountPoint }) => mountPoint),
    readonlyPaths: mounts.filter((mount) => isProtection(mount, mounts)).map(({ mountPoint }) => mountPoint),
    absentPaths: paths.filter((path) => !existsInRoot(pid, path)),
  };
}

/** A mount is hidden when a later one lies at the same place, or above it without being its ancestor. */
function visibleMounts(all: readonly MountInfo[]): readonly MountInfo[] {
  const byId = new Map(all.map((mount) => [mount.id, mount]));
  const isOver = (upper: MountInfo, lower: MountInfo): boolean => {
    for (let id = upper.id; ; ) {
      const mount = byId.get(id);
      if (mount === undefined) return false;
      if (mount.id === lower.id) return true;
      if (mount.parentId === id) return false;
      id = mount.parentId;
    }
  };
  return all.filter(
    (mount) =>
      !all.some(
        (other) =>
          other.id !== mount.id &&
          ((other.mountPoint === mount.mountPoint && isOver(other, mount)) ||
            (isBelow(mount.mountPoint, other.mountPoint) && !isOver(mount, other) && !isOver(other, mount))),
      ),
  );
}

function observedMount(
  mount: MountInfo,
  all: readonly MountInfo[],
  sharedDevices: ReadonlySet<string>,
): ObservedMount {
  const has = (option: string): boolean => mount.options.includes(option);
  const below = all.filter(({ mountPoint }) => isBelow(mountPoint, mount.mountPoint));
  return {
    ...mount,
    readOnly: isReadOnly(mount),
    recursiveReadOnly: [mount, ...below].every(isReadOnly),
    nosuid: has('nosuid'),
    nodev: has('nodev'),
    noexec: has('noexec'),
    peers: peersOf(mount),
    sharedOnHost: sharedDevices.has(mount.device),
  };
}

/** Either the mount or the file system behind it forbids writing. */
function isReadOnly(mount: MountInfo): boolean {
  return mount.options.includes('ro') || mount.superOptions.includes('ro');
}

function peersOf(mount: MountInfo): 'private' | 'slave' | 'shared' {
  if (mount.propagation.some((tag) => tag.startsWith('shared:'))) return 'shared';
  return mount.propagation.some((tag) => tag.startsWith('master:')) ? 'slave' : 'private';
}

/**
 * How runtimes mask: a file gets /dev/null over it, a directory an empty tmpfs that is read-only as a file system (a
 * volume that is read-only is so as a mount only).
 */
function isMask(mount: ObservedMount, all: readonly ObservedMount[]): boolean {
  if (mount.mountPoint === '/' || mount.mountPoint === '/dev/null') return false;
  if (mount.root === '/null' && (mount.fsType === 'tmpfs' || mount.fsType === 'devtmpfs')) return true;
  const isReadOnlyTmpfs = mount.fsType === 'tmpfs' && mount.root === '/' && mount.superOptions.includes('ro');
  return isReadOnlyTmpfs && !all.some(({ parentId }) => parentId === mount.id);
}

/** How runtimes protect a path: bound onto itself, read-only. So it shows what its parent mount would show there. */
function isProtection(mount: ObservedMount, all: readonly ObservedMount[]): boolean {
  const parent = all.find(({ id }) => id === mount.parentId);
  if (parent === undefined || !mount.options.includes('ro') || parent.device !== mount.device) return false;
  const prefix = parent.mountPoint === '/' ? '' : parent.mountPoint;
  const root = parent.root === '/' ? '' : parent.root;
  return mount.root === `${root}${mount.mountPoint.slice(prefix.length)}`;
}

/** `/proc/PID/root` leads through the container's own mounts; a link at the end is not followed out of them. */
function existsInRoot(pid: number, path: string): boolean {
  try {
    lstatSync(`/proc/${pid}/root${path}`);
    return true;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    if (code === 'EACCES') return true;
    throw error;
  }
}

function sharedDevicesOfHost(): ReadonlySet<string> {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  return new Set(mounts.filter((mount) => peersOf(mount) === 'shared').map(({ device }) => device));
}
