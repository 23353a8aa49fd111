import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { messageOf, PodproofError, systemCodeOf } from '../../core/errors.ts';
import { makeSpecialFile } from '../../linux/special-files.ts';
import { setXattr } from '../../linux/xattr.ts';
import {
  fsPath,
  isArchiveError,
  isWhiteout,
  LayerPaths,
  lstatOf,
  makeDirectory,
  splitEntryPath,
  splitPath,
  toBytePath,
} from './layer-paths.ts';
import type { UnpackLimits } from './limits.ts';
import { shownPath, type TarEntry } from './tar-header.ts';
import type { TarSink } from './tar-reader.ts';

const whiteoutPrefix = '.wh.';
const whiteoutMetaPrefix = '.wh..wh.';
const opaqueMarker = '.wh..wh..opq';
const opaqueXattr = 'trusted.overlay.opaque';
/** chown(2) takes -1 as "leave it". */
const maxId = 0xffff_fffe;
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** What a layer turned out to hold. Paths are relative to its root, one byte per character. */
export interface LayerContent {
  readonly entries: number;
  readonly sizeBytes: number;
  /** Directories that hide what lower layers have in them. */
  readonly opaqueDirs: readonly string[];
  /** Directories without an entry of their own; the empty path is the root. */
  readonly impliedDirs: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Writes a layer's entries below a directory, as overlay wants its lower layers: whiteouts as devices 0/0, opaque
 * directories with their attribute, everything else as the archive has it, device nodes too (the store is 0700, and a
 * container's device cgroup decides what it may open).
 */
export class LayerWriter implements TarSink {
  readonly #paths: LayerPaths;
  readonly #limits: UnpackLimits;
  readonly #opaque = new Set<string>();
  readonly #directoryTimes = new Map<string, number>();
  readonly #skippedXattrs = new Set<string>();
  #entries = 0;
  #sizeBytes = 0;
  #current: TarEntry | undefined;
  #fd: number | undefined;
  #filePath = '';

  constructor(directory: string, limits: UnpackLimits) {
    this.#paths = new LayerPaths(toBytePath(directory), (path) => this.#replaceWhiteout(path));
    this.#limits = limits;
  }

  entry(entry: TarEntry): void {
    this.#current = entry;
    this.#entries += 1;
    this.#sizeBytes += entry.sizeBytes;
    if (this.#entries > this.#limits.entries)
      throw new PodproofError('invalid', `it has more than ${this.#limits.entries} entries`);
    if (this.#sizeBytes > this.#limits.unpackedBytes)
      throw new PodproofError('invalid', `it unpacks to more than ${this.#limits.unpackedBytes} bytes`);
    this.#attempt(() => this.#begin(entry));
  }

  data(chunk: Buffer): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#attempt(() => {
      for (let done = 0; done < chunk.length; ) done += writeSync(fd, chunk, done);
    });
  }

  endEntry(): void {
    const fd = this.#fd;
    const entry = this.#current;
    if (fd === undefined || entry === undefined) return;
    this.#attempt(() => {
      fchownSync(fd, entry.uid, entry.gid);
      // After chown, which takes setuid and setgid away.
      fchmodSync(fd, entry.mode);
      this.#setXattrs(this.#filePath, entry);
      futimesSync(fd, timeOf(entry), timeOf(entry));
      this.close();
    });
  }

  /** Lets go of a file that was being written; to be called after an error as well. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** After the last entry: times of directories, which their content kept changing. */
  finish(): LayerContent {
    for (const [path, time] of this.#directoryTimes) lutimesSync(fsPath(path), time, time);
    const relative = (path: string): string => path.slice(this.#paths.root.length + 1);
    return {
      entries: this.#entries,
      sizeBytes: this.#sizeBytes,
      opaqueDirs: [...this.#opaque].map(relative),
      impliedDirs: [...this.#paths.implied].map(relative),
      warnings: [...this.#skippedXattrs].map(
        (name) =>
          `attribute "${name}" of the image's files is not carried out: security.capability, user.* and POSIX ACLs are, where the store's file system has them`,
      ),
    };
  }

  #begin(entry: TarEntry): void {
    for (const id of [entry.uid, entry.gid])
      if (id > maxId) throw new PodproofError('invalid', `its owner ${id} is out of range`);
    const names = splitEntryPath(entry.path);
    const name = names.at(-1);
    if (name === undefined) return this.#root(entry);
    if (name.startsWith(whiteoutPrefix)) return this.#whiteout(names.slice(0, -1), name);
    const parent = this.#paths.directory(names.slice(0, -1), true);
    const path = `${parent}/${name}`;
    switch (entry.type) {
      case 'file':
        this.#filePath = path;
        this.#place(path, () => {
          this.#fd = openSync(fsPath(path), newFile, 0o600);
        });
        return;
      case 'directory':
        return this.#directory(path, entry);
      case 'hardlink':
        return this.#hardLink(path, entry);
      case 'symlink':
        if (entry.linkPath === '') throw new PodproofError('invalid', 'its link target is empty');
        this.#place(path, () => symlinkSync(fsPath(entry.linkPath), fsPath(path)));
        return this.#setMetadata(path, entry);
      case 'character':
      case 'block':
      case 'fifo':
        return this.#special(path, entry, entry.type);
    }
  }

  #root(entry: TarEntry): void {
    if (entry.type !== 'directory') throw new PodproofError('invalid', 'the root is not a directory');
    this.#paths.implied.delete(this.#paths.root);
    this.#setMetadata(this.#paths.root, entry);
    this.#directoryTimes.set(this.#paths.root, timeOf(entry));
  }

  #directory(path: string, entry: TarEntry): void {
    try {
      mkdirSync(fsPath(path));
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
      const stats = lstatOf(path);
      if (stats !== undefined && isWhiteout(stats)) this.#replaceWhiteout(path);
      else if (stats?.isDirectory() !== true) {
        this.#remove(path);
        mkdirSync(fsPath(path));
      }
    }
    this.#paths.implied.delete(path);
    this.#setMetadata(path, entry);
    this.#directoryTimes.set(path, timeOf(entry));
  }

  #hardLink(path: string, entry: TarEntry): void {
    const names = splitPath(entry.linkPath);
    const shown = `its link target "${shownPath(entry.linkPath)}"`;
    const name = names.at(-1);
    if (name === undefined) throw new PodproofError('invalid', `${shown} is the root`);
    const target = `${this.#paths.directory(names.slice(0, -1), false)}/${name}`;
    const stats = lstatOf(target);
    if (stats === undefined || isWhiteout(stats))
      throw new PodproofError('invalid', `${shown} is not in this layer`);
    if (stats.isDirectory()) throw new PodproofError('invalid', `${shown} is a directory`);
    if (target === path) throw new PodproofError('invalid', `${shown} is itself`);
    this.#place(path, () => linkSync(fsPath(target), fsPath(path)));
  }

  #special(path: string, entry: TarEntry, kind: 'character' | 'block' | 'fifo'): void {
    if (lstatOf(path) !== undefined) this.#remove(path);
    const file = kind === 'fifo' ? ({ kind } as const) : { kind, major: entry.major, minor: entry.minor };
    makeSpecialFile(fsPath(path), file, 0o600);
    this.#setMetadata(path, entry);
  }

  /** A whiteout hides what lower layers have; an entry of this same layer with that name stays. */
  #whiteout(parents: readonly string[], name: string): void {
    if (name === opaqueMarker) return this.#makeOpaque(this.#paths.directory(parents, true));
    // Other names of this prefix are aufs' own bookkeeping, which Docker skips as well.
    if (name.startsWith(whiteoutMetaPrefix)) return;
    const hidden = name.slice(whiteoutPrefix.length);
    if (hidden === '' || hidden === '.' || hidden === '..')
      throw new PodproofError('invalid', 'it is a whiteout of no file');
    const path = `${this.#paths.directory(parents, true)}/${hidden}`;
    const stats = lstatOf(path);
    if (stats === undefined) makeSpecialFile(fsPath(path), { kind: 'character', major: 0, minor: 0 }, 0);
    else if (stats.isDirectory()) this.#makeOpaque(path);
  }

  #replaceWhiteout(path: string): void {
    unlinkSync(fsPath(path));
    makeDirectory(path);
    this.#makeOpaque(path);
  }

  #makeOpaque(path: string): void {
    setXattr(fsPath(path), opaqueXattr, Buffer.from('y'));
    this.#opaque.add(path);
  }

  /** A later entry replaces an earlier one of the same name. */
  #place(path: string, make: () => void): void {
    try {
      make();
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
      this.#remove(path);
      make();
    }
  }

  #remove(path: string): void {
    rmSync(fsPath(path), { recursive: true, force: true });
    this.#paths.forget();
    const below = (known: string): boolean => known === path || known.startsWith(`${path}/`);
    for (const known of [this.#opaque, this.#directoryTimes, this.#paths.implied])
      for (const it of known.keys()) if (below(it)) known.delete(it);
  }

  #setMetadata(path: string, entry: TarEntry): void {
    const target = fsPath(path);
    lchownSync(target, entry.uid, entry.gid);
    if (entry.type !== 'symlink') chmodSync(target, entry.mode);
    this.#setXattrs(path, entry);
    if (entry.type !== 'directory') lutimesSync(target, timeOf(entry), timeOf(entry));
  }

  #setXattrs(path: string, entry: TarEntry): void {
    for (const [name, value] of entry.xattrs) {
      if (name.startsWith('trusted.overlay.') || name.startsWith('user.overlay.'))
        throw new PodproofError('invalid', `its attribute "${name}" would steer overlay itself`);
      // The kernel has user.* only on files and directories.
      const mayHaveUserXattrs = entry.type === 'file' || entry.type === 'directory';
      const isCarriedOut =
        name === 'security.capability' ||
        name.startsWith('system.posix_acl_') ||
        (name.startsWith('user.') && mayHaveUserXattrs);
      if (!isCarriedOut || !this.#trySetXattr(path, name, value)) this.#skippedXattrs.add(name);
    }
  }

  /** False when the store's file system has no such attributes and the image can do without. */
  #trySetXattr(path: string, name: string, value: Buffer): boolean {
    try {
      setXattr(fsPath(path), name, value);
      return true;
    } catch (error) {
      const cause = error instanceof PodproofError ? systemCodeOf(error.cause) : undefined;
      if (name !== 'security.capability' && (cause === 'EOPNOTSUPP' || cause === 'ENOTSUP')) return false;
      throw error;
    }
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): PodproofError {
    const path = shownPath(this.#current?.path ?? '');
    const isOurs = error instanceof PodproofError && systemCodeOf(error.cause) === undefined;
    const code = isOurs ? error.code : isArchiveError(error) ? 'invalid' : 'unsupported';
    return new PodproofError(code, `entry "${path}": ${messageOf(error)}`, { cause: error });
  }
}

function timeOf(entry: TarEntry): number {
  // What ext4 and xfs can hold; Go's archive/tar clamps as well.
  return Math.min(Math.max(entry.mtimeSeconds, -0x8000_0000), 0x3_7fff_ffff);
}
