import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { UserNamespace } from '../confinement/confinement.ts';
import { mountOverlay } from '../linux/mount-overlay.ts';
import { bindTree } from '../linux/mounts.ts';
import type { ContainerLayout, SandboxLayout } from './layout.ts';

export interface RootfsRequest {
  /** Top-most first. */
  readonly layerDirs: readonly string[];
  readonly sandbox: SandboxLayout;
  readonly container: ContainerLayout;
  readonly user: UserNamespace;
}

/**
 * Mounts a container's root file system: the image's layers below, an upper directory of its own above. In a user
 * namespace the layers are seen through one id-mapped mount of the directory that holds them, and upper belongs to
 * the pod's root, so that nothing of the image is copied or chowned. Also a read-only root has an upper directory:
 * the runtime makes mount points in it.
 */
export function mountRootfs(request: RootfsRequest): void {
  const { container, user } = request;
  const owner = user.mode === 'pod' ? (user.hostId ?? 0) : 0;
  for (const dir of [container.upper, container.work]) {
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o755);
    chownSync(dir, owner, owner);
  }
  mkdirSync(container.rootfs, { recursive: true });
  const { upper, work, rootfs } = container;
  mountOverlay({ lower: lowerDirs(request), target: rootfs, writable: { upper, work } });
}

function lowerDirs(request: RootfsRequest): readonly string[] {
  const { layerDirs, sandbox, user } = request;
  if (layerDirs.length === 0) {
    const empty = join(sandbox.layers, 'none');
    mkdirSync(empty, { recursive: true });
    return [empty];
  }
  if (user.mode === 'host') return layerDirs;
  const parents = [...new Set(layerDirs.map((dir) => dirname(dir)))];
  const idMapFd = openSync(sandbox.namespaces.user, 'r');
  try {
    return layerDirs.map((dir) => {
      const target = join(sandbox.layers, String(parents.indexOf(dirname(dir))));
      const mapped = join(target, basename(dir));
      if (!existsSync(mapped))
        bindTree({ root: dirname(dir), path: '', target, idMapFd, recursive: false, readOnly: true });
      return mapped;
    });
  } finally {
    closeSync(idMapFd);
  }
}
