import type { ConfinedMount, Confinement } from './confinement.ts';

/** A place where the container's process can write, and what lies there: `/tmp`, `emptyDir`. */
export interface WritablePath {
  readonly path: string;
  readonly what: string;
}

/**
 * Where the mounts let the process write, by path. The modes of files in the image and in volumes are not looked at;
 * what belongs to root (/dev, the node's files in /etc) counts only for root.
 */
export function writablePaths(confinement: Confinement): readonly WritablePath[] {
  const root = confinement.rootFilesystem.value.readOnly ? [] : [{ path: '/', what: 'root file system' }];
  const mounted = confinement.mounts.flatMap((mount) => {
    const what = mount.readOnly ? undefined : whatLiesIn(mount, isRoot(confinement));
    return what === undefined ? [] : [{ path: mount.destination, what }];
  });
  const kernel = [...kernelSettings(confinement), ...cgroupTmpfs(confinement)];
  return [...root, ...mounted, ...kernel].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function isRoot({ user }: Confinement): boolean {
  return user.value.uid === 0;
}

function whatLiesIn({ source, fsType }: ConfinedMount, byRoot: boolean): string | undefined {
  switch (source.kind) {
    case 'volume':
      return source.volumeKind;
    case 'node':
      return nodeFile[source.file](byRoot);
    case 'kernel':
      return kernelFileSystem[fsType](byRoot);
  }
}

type NodeFile = Extract<ConfinedMount['source'], { readonly kind: 'node' }>['file'];
type Answer = (byRoot: boolean) => string | undefined;

const ofRoot =
  (what: string): Answer =>
  (byRoot) =>
    byRoot ? what : undefined;

const nodeFile: Readonly<Record<NodeFile, Answer>> = {
  hosts: ofRoot('file of the pod'),
  hostname: ofRoot('file of the pod'),
  'resolv.conf': ofRoot('file of the pod'),
  '.containerenv': ofRoot('file of the pod'),
  shm: () => 'shared memory',
  'termination-log': () => 'termination message',
};

/** /proc and /dev/pts take writes without keeping any: they are no places to write to. */
const kernelFileSystem: Readonly<Record<ConfinedMount['fsType'], Answer>> = {
  bind: () => undefined,
  proc: () => undefined,
  devpts: () => undefined,
  tmpfs: ofRoot('tmpfs'),
  sysfs: ofRoot('settings of the host kernel'),
  cgroup: ofRoot('control groups'),
  mqueue: () => 'message queues',
};

function kernelSettings(confinement: Confinement): readonly WritablePath[] {
  const isOpen = !confinement.readonlyPaths.value.includes('/proc/sys');
  return isOpen && isRoot(confinement) ? [{ path: '/proc/sys', what: 'settings of the kernel' }] : [];
}

/**
 * On cgroup version 1, where containers have no cgroup namespace, the controllers are read-only but lie in a tmpfs that
 * the runtimes leave writable, whatever the root file system is.
 */
function cgroupTmpfs(confinement: Confinement): readonly WritablePath[] {
  const mount = confinement.mounts.find(({ fsType }) => fsType === 'cgroup');
  const isVersion1 = confinement.namespaces.cgroup.value === 'host';
  if (mount?.readOnly !== true || !isVersion1 || !isRoot(confinement)) return [];
  return [{ path: mount.destination, what: 'tmpfs that holds the control groups' }];
}
