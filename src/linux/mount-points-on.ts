import type { MountInfo } from './mount-info.ts';

/**
 * Where something is mounted on a directory or below it: under its own path, and wherever the same directory is mounted
 * again, with all that was mounted on it at that time.
 */
export function mountPointsOn(path: string, mounts: readonly MountInfo[]): readonly string[] {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const holder = holderOf(path, mounts);
  const place = holder && placeIn(holder, path);
  const isThere = ({ mountPoint, parentId }: MountInfo): boolean => {
    if (isWithin(mountPoint, path)) return true;
    const parent = byId.get(parentId);
    return (
      place !== undefined &&
      parent?.device === holder?.device &&
      parent !== undefined &&
      isWithin(placeIn(parent, mountPoint), place)
    );
  };
  return mounts.filter(isThere).map(({ mountPoint }) => mountPoint);
}

/** The mount that the directory itself lies in, whatever is mounted on it. */
function holderOf(path: string, mounts: readonly MountInfo[]): MountInfo | undefined {
  let holder: MountInfo | undefined;
  for (const mount of mounts) {
    const isAbove = mount.mountPoint !== path && isWithin(path, mount.mountPoint);
    if (isAbove && mount.mountPoint.length >= (holder?.mountPoint.length ?? 0)) holder = mount;
  }
  return holder;
}

/** The path of a mount's file as its file system has it. */
function placeIn({ root, mountPoint }: MountInfo, path: string): string {
  const below = mountPoint === '/' ? path : path.slice(mountPoint.length);
  return root === '/' ? below : root + below;
}

function isWithin(path: string, dir: string): boolean {
  return dir === '/' || path === dir || path.startsWith(`${dir}/`);
}
