import { closeSync, fstatSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { PodproofError } from '../core/errors.ts';
import { type ForeignFunction, libc, syscallError } from './libc.ts';

// System calls without a wrapper in every libc; their numbers are the same on all architectures.
const sysOpenTree = 428;
const sysMoveMount = 429;
const sysOpenat2 = 437;
const sysMountSetattr = 442;

const atFdcwd = -100;
const atEmptyPath = 0x1000;
const atRecursive = 0x8000;
const openTreeClone = 1;
const closeOnExec = 0o2000000;
const openPath = 0o10000000;
const moveMountFromEmptyPath = 4;
const resolveNoMagicLinks = 0x02;
const resolveInRoot = 0x10;

const attributeReadOnly = 0x1n;
const attributeIdMap = 0x100000n;
const propagationPrivate = 1 << 18;

/** Flags of mount(2). */
export const MountFlag = {
  readOnly: 1,
  noSuid: 2,
  noDev: 4,
  noExec: 8,
  remount: 32,
  bind: 4096,
  recursive: 16_384,
  private: 262_144,
} as const;

const detach = 2;

interface Calls {
  readonly mount: ForeignFunction;
  readonly umount2: ForeignFunction;
  readonly statfs: ForeignFunction;
  readonly openat2: ForeignFunction;
  readonly openTree: ForeignFunction;
  readonly mountSetattr: ForeignFunction;
  readonly moveMount: ForeignFunction;
}

let loaded: Calls | undefined;

function calls(): Calls {
  loaded ??= {
    mount: libc().func(
      'int mount(const char *source, const char *target, const char *type, ulong flags, const char *data)',
    ),
    umount2: libc().func('int umount2(const char *target, int flags)'),
    statfs: libc().func('int statfs(const char *path, void *buffer)'),
    openat2: libc().func('long syscall(long number, int dirfd, const char *path, void *how, size_t size)'),
    openTree: libc().func('long syscall(long number, int dirfd, const char *path, uint flags)'),
    mountSetattr: libc().func(
      'long syscall(long number, int dirfd, const char *path, uint flags, void *attr, size_t size)',
    ),
    moveMount: libc().func(
      'long syscall(long number, int fromfd, const char *from, int tofd, const char *to, uint flags)',
    ),
  };
  return loaded;
}

/** mount(2). `flags` are those of `MountFlag`. */
export function mount(source: string, target: string, fsType: string, flags: number, data = ''): void {
  if (calls().mount(source, target, fsType, flags, data) !== 0)
    throw syscallError(libc().errno(), `mount ${fsType || 'bind'} "${source}" at "${target}"`);
}

/**
 * Takes away the mount at a path together with everything below it, busy or not; false when nothing was mounted
 * there. The tree is made private first: otherwise unmounting a clone of a shared tree would unmount the host's own.
 */
export function unmountTree(path: string): boolean {
  setAttributes(atFdcwd, path, atRecursive, { propagation: propagationPrivate });
  if (calls().umount2(path, detach) === 0) return true;
  const errno = libc().errno();
  if (errno === constants.errno.EINVAL || errno === constants.errno.ENOENT) return false;
  throw syscallError(errno, `unmount "${path}"`);
}

/** Makes a directory a mount of its own that neither hands mounts below it to the host nor takes any from it. */
export function makePrivateMount(path: string): void {
  mount(path, path, '', MountFlag.bind);
  mount('', path, '', MountFlag.private);
}

export interface TreeMount {
  /** Directory or file beyond which nothing is reached. */
  readonly root: string;
  /** Below `root`; symbolic links and `..` are followed as if `root` were `/`. Empty: `root` itself. */
  readonly path: string;
  /** Where it is mounted; made when missing, a directory or an empty file as the source is. */
  readonly target: string;
  /** A user namespace: ids on disk show as the same ids inside it. */
  readonly idMapFd?: number;
  /** With the mounts below the source. */
  readonly recursive: boolean;
  /** The whole tree; a single mount is better left to the runtime. */
  readonly readOnly: boolean;
  /** Keep the source's sharing with the host; otherwise the tree is made private. */
  readonly keepPropagation?: boolean;
}

/** Mounts what stands at `root`/`path` at this very moment: it is looked up once, and the result is what gets mounted. */
export function bindTree(tree: TreeMount): void {
  const fd = openInRoot(tree.root, tree.path);
  try {
    const flags = openTreeClone | closeOnExec | atEmptyPath | (tree.recursive ? atRecursive : 0);
    const clone = calls().openTree(sysOpenTree, fd, '', flags);
    if (clone < 0) throw syscallError(libc().errno(), `clone the mount of "${tree.root}${tree.path}"`);
    try {
      configureClone(clone, tree);
      makeMountPoint(tree.target, fstatSync(fd).isDirectory());
      if (calls().moveMount(sysMoveMount, clone, '', atFdcwd, tree.target, moveMountFromEmptyPath) !== 0)
        throw syscallError(libc().errno(), `mount "${tree.root}${tree.path}" at "${tree.target}"`);
    } finally {
      closeSync(clone);
    }
  } finally {
    closeSync(fd);
  }
}

function configureClone(clone: number, tree: TreeMount): void {
  const flags = atEmptyPath | atRecursive;
  const source = `${tree.root}${tree.path}`;
  if (tree.keepPropagation !== true)
    attempt(setAttributes(clone, '', flags, { propagation: propagationPrivate }), `make "${source}" private`);
  if (tree.readOnly)
    attempt(setAttributes(clone, '', flags, { set: attributeReadOnly }), `make "${source}" read-only`);
  if (tree.idMapFd === undefined) return;
  const errno = setAttributes(clone, '', flags, { set: attributeIdMap, userNamespaceFd: tree.idMapFd });
  if (errno !== 0) throw idMapError(errno, source);
}

/** runc's own words, which users of Kubernetes meet for the same cause. */
function idMapError(errno: number, source: string): PodproofError {
  const cause = syscallError(errno, `id-map "${source}"`);
  if (errno !== constants.errno.EINVAL) return cause;
  const text = `failed to set MOUNT_ATTR_IDMAP on ${source}: invalid argument`;
  return new PodproofError(
    'unsupported',
    `${text} (maybe the source filesystem doesn't support idmap mounts on this kernel?)`,
    { advice: 'put the files on ext4, xfs, btrfs or tmpfs, or leave out hostUsers: false', cause },
  );
}

/** Opens a path with O_PATH as chroot(2) would see it from `root`, and without the magic links of /proc. */
export function openInRoot(root: string, path: string): number {
  const rootFd = openSync(root, openPath | closeOnExec);
  if (path === '' || path === '/') return rootFd;
  try {
    const how = Buffer.alloc(24);
    how.writeBigUInt64LE(BigInt(openPath | closeOnExec), 0);
    how.writeBigUInt64LE(BigInt(resolveInRoot | resolveNoMagicLinks), 16);
    const fd = calls().openat2(sysOpenat2, rootFd, path, how, how.length);
    if (fd < 0) throw syscallError(libc().errno(), `open "${path}" in "${root}"`);
    return fd;
  } finally {
    closeSync(rootFd);
  }
}

function makeMountPoint(target: string, directory: boolean): void {
  if (directory) mkdirSync(target, { recursive: true });
  else writeFileSync(target, '', { flag: 'a', mode: 0o600 });
}

interface Attributes {
  readonly set?: bigint;
  readonly propagation?: number;
  readonly userNamespaceFd?: number;
}

/** mount_setattr(2); gives the errno, 0 for success. */
function setAttributes(fd: number, path: string, flags: number, attributes: Attributes): number {
  const attr = Buffer.alloc(32);
  attr.writeBigUInt64LE(attributes.set ?? 0n, 0);
  attr.writeBigUInt64LE(BigInt(attributes.propagation ?? 0), 16);
  attr.writeBigUInt64LE(BigInt(attributes.userNamespaceFd ?? 0), 24);
  return calls().mountSetattr(sysMountSetattr, fd, path, flags, attr, attr.length) === 0 ? 0 : libc().errno();
}

function attempt(errno: number, what: string): void {
  if (errno !== 0) throw syscallError(errno, what);
}

/** The flags of the mount that a path lies on which narrow what can be done with it, as options of mount(8). */
export function restrictionsOf(path: string): readonly string[] {
  const buffer = Buffer.alloc(256);
  if (calls().statfs(path, buffer) !== 0)
    throw syscallError(libc().errno(), `read the file system of "${path}"`);
  const flags = buffer.readBigInt64LE(80);
  const names = [
    [1n, 'ro'],
    [2n, 'nosuid'],
    [4n, 'nodev'],
    [8n, 'noexec'],
  ] as const;
  return names.filter(([bit]) => (flags & bit) !== 0n).map(([, name]) => name);
}

/** Whether the mount that holds `path` can be id-mapped into the given user namespace. */
export function canIdMap(path: string, userNamespaceFd: number): boolean {
  return probeIdMap(path, userNamespaceFd, false) === 0;
}

/** Throws what `bindTree` would throw for `path`, without mounting anything; `recursive`: also for the mounts below. */
export function assertCanIdMap(path: string, userNamespaceFd: number, recursive: boolean): void {
  const errno = probeIdMap(path, userNamespaceFd, recursive);
  if (errno !== 0) throw idMapError(errno, path);
}

function probeIdMap(path: string, userNamespaceFd: number, recursive: boolean): number {
  const depth = recursive ? atRecursive : 0;
  const clone = calls().openTree(sysOpenTree, atFdcwd, path, openTreeClone | closeOnExec | depth);
  if (clone < 0) return libc().errno();
  try {
    return setAttributes(clone, '', atEmptyPath | depth, { set: attributeIdMap, userNamespaceFd });
  } finally {
    closeSync(clone);
  }
}
