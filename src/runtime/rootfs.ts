import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { UserNamespace } from '../confinement/confinement.ts';
import { mountWithOptions } from '../linux/mount-with-options.ts';
import { bindTree, mount } from '../linux/mounts.ts';
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
  mountOverlay(lowerDirs(request), container);
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

/** mount(2) takes one page of options. */
const maxOptionBytes = 3500;

function mountOverlay(lower: readonly string[], { upper, work, rootfs }: ContainerLayout): void {
  const paths = [...lower, upper, work];
  const plain =
    paths.every((path) => !/[:,\\]/.test(path)) && Buffer.byteLength(paths.join(':')) <= maxOptionBytes;
  if (plain) {
    mount('overlay', rootfs, 'overlay', 0, overlayOptions(lower, upper, work));
    return;
  }
  // Too long, or with characters that are syntax here: the kernel takes the open directories' own short names, and
  // each layer by itself, up to its own limit of 500.
  const fds = paths.map((path) => openSync(path, 'r'));
  try {
    const names = fds.map((fd) => `/proc/self/fd/${fd}`);
    const own = [names.at(-2) ?? '', names.at(-1) ?? ''] as const;
    const layers = names.slice(0, lower.length);
    if (Buffer.byteLength(names.join(':')) <= maxOptionBytes) {
      mount('overlay', rootfs, 'overlay', 0, overlayOptions(layers, ...own));
      return;
    }
    mountWithOptions('overlay', rootfs, [
      ['volatile'],
      ['index', 'off'],
      ...layers.map((layer) => ['lowerdir+', layer] as const),
      ['upperdir', own[0]],
      ['workdir', own[1]],
    ]);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

/** `volatile`: what a container writes into its root does not outlive it, so nothing waits for the disk. */
function overlayOptions(lower: readonly string[], upper: string, work: string): string {
  return `volatile,index=off,lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
}
