import { chmodSync, chownSync, lstatSync, mkdirSync, readlinkSync, type Stats } from 'node:fs';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import { shownPath } from './tar-header.ts';

const maxLinks = 40;
const maxNameBytes = 255;
/** PATH_MAX less what the store's own path and a long last name may take. */
const maxPathBytes = 3500;

/** A path of one byte per character as Node's fs wants it: text where it can be, bytes where it must be. */
export function fsPath(path: string): string | Buffer {
  // eslint-disable-next-line no-control-regex -- the question is just whether every byte is ASCII
  return /^[\0-\x7f]*$/.test(path) ? path : Buffer.from(path, 'latin1');
}

/** Node's paths are UTF-8 text; ours hold one byte per character. */
export function toBytePath(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/** The names on the way to an entry. Throws when the path would leave the root or cannot exist on Linux. */
export function splitEntryPath(path: string): readonly string[] {
  if (path === '') throw new PodproofError('invalid', 'its name is empty');
  if (path.startsWith('/')) throw new PodproofError('invalid', 'its name is absolute');
  return splitPath(path);
}

/** As `splitEntryPath`, but a leading slash means the layer's root: for the targets of hard links. */
export function splitPath(path: string): readonly string[] {
  if (path.length > maxPathBytes) throw new PodproofError('invalid', `its path has ${path.length} bytes`);
  if (path.includes('\0')) throw new PodproofError('invalid', 'its path holds a NUL');
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw new PodproofError('invalid', 'its path holds ".."');
  if (names.some((name) => name.length > maxNameBytes))
    throw new PodproofError('invalid', `its path holds a name of more than ${maxNameBytes} bytes`);
  return names;
}

export function lstatOf(path: string): Stats | undefined {
  return lstatSync(fsPath(path), { throwIfNoEntry: false });
}

/** Overlay's whiteout: a character device 0/0. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}

interface Step {
  readonly name: string;
  /** The symbolic link that brought this name into the path; undefined when the archive wrote it. */
  readonly via: string | undefined;
}

/**
 * The directories of one layer while it is unpacked. A path is resolved name by name inside the root, and every name is
 * looked at: a symbolic link among them is followed as if the layer were the whole file system, and only to a directory
 * that the layer has. Nobody else writes below the root (the store is 0700 and the directory new), so what was looked
 * at stays true until this process changes it; then `forget` is called.
 */
export class LayerPaths {
  readonly root: string;
  /** Directories that the archive has no entry for: they were made with root's ownership and 0755. */
  readonly implied: Set<string> = new Set();
  readonly #resolved = new Map<string, string>();
  readonly #onWhiteout: (path: string) => void;

  /** `root` is a byte path; `onWhiteout` turns a whiteout in the way into an opaque directory. */
  constructor(root: string, onWhiteout: (path: string) => void) {
    this.root = root;
    this.implied.add(root);
    this.#onWhiteout = onWhiteout;
  }

  /** Absolute byte path of the directory; directories that the archive left out are made when `make` is true. */
  directory(names: readonly string[], make: boolean): string {
    if (names.length === 0) return this.root;
    const key = names.join('/');
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const found = this.#walk(names, make);
    this.#resolved.set(key, found);
    return found;
  }

  /** Something that may have been on the way of a resolved path was removed. */
  forget(): void {
    this.#resolved.clear();
  }

  #walk(names: readonly string[], make: boolean): string {
    const pending: Step[] = names.map((name) => ({ name, via: undefined })).reverse();
    const real: string[] = [];
    let links = 0;
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (step.name === '..') {
        if (real.pop() === undefined) throw escape(step.via ?? '..');
        continue;
      }
      const path = [this.root, ...real, step.name].join('/');
      const stats = lstatOf(path);
      if (stats?.isSymbolicLink() !== true) {
        this.#enter(path, stats, step, make);
        real.push(step.name);
        continue;
      }
      links += 1;
      if (links > maxLinks)
        throw new PodproofError('invalid', 'its path goes through too many symbolic links');
      const target = readlinkSync(fsPath(path), 'latin1');
      if (target.startsWith('/')) real.length = 0;
      const via = `"${shownPath(step.name)}" -> "${shownPath(target)}"`;
      const onward = target.split('/').filter((name) => name !== '' && name !== '.');
      pending.push(...onward.map((name) => ({ name, via })).reverse());
    }
    return [this.root, ...real].join('/');
  }

  #enter(path: string, stats: Stats | undefined, step: Step, make: boolean): void {
    if (stats?.isDirectory() === true) return;
    if (step.via !== undefined)
      throw new PodproofError(
        'invalid',
        `its path goes through the symbolic link ${step.via}, which is not a directory of this layer`,
      );
    if (!make)
      throw new PodproofError('invalid', `"${shownPath(step.name)}" is not a directory of this layer`);
    if (stats !== undefined && !isWhiteout(stats))
      throw new PodproofError('invalid', `"${shownPath(step.name)}" is on its path and not a directory`);
    if (stats === undefined) makeDirectory(path);
    else this.#onWhiteout(path);
    this.implied.add(path);
  }
}

/** Makes a directory as root's with 0755, whatever the umask. */
export function makeDirectory(path: string): void {
  const target = fsPath(path);
  mkdirSync(target);
  chownSync(target, 0, 0);
  chmodSync(target, 0o755);
}

function escape(via: string): PodproofError {
  return new PodproofError('invalid', `its path leaves the root through the symbolic link ${via}`);
}

/** Errors that the archive is to blame for; every other error of a system call is this machine's. */
const archiveErrors: ReadonlySet<string> = new Set([
  'ENAMETOOLONG',
  'ELOOP',
  'ENOTDIR',
  'EISDIR',
  'EINVAL',
  'EMLINK',
]);

export function isArchiveError(error: unknown): boolean {
  return archiveErrors.has(systemCodeOf(error) ?? '');
}
