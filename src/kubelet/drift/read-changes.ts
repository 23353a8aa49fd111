import { closeSync, constants, openSync, readlinkSync, type Stats } from 'node:fs';
import type { UserNamespace } from '../../confinement/confinement.ts';
import type { DriftChange } from '../../core/contract/drift-report.ts';
import { systemCodeOf } from '../../core/errors.ts';
import { type TreeEntry, walkTree } from '../../linux/walk-tree.ts';
import { type ImageFiles, imageFiles, isOpaque, isWhiteout } from './image-files.ts';

export interface WrittenFiles {
  /** The overlay's upper directory: what was written, and nothing else. */
  readonly upper: string;
  /** Of the image, top-most first. */
  readonly layerDirs: readonly string[];
  readonly user: UserNamespace;
  /** What is older was made by the runtime, before the container's program was there: mount points. */
  readonly startedAtMs: number;
  readonly limit: number;
}

export interface ReadChanges {
  readonly changes: readonly DriftChange[];
  readonly truncated: boolean;
}

/** What a container did to its root file system, by path. Nothing when its files are gone. */
export async function readChanges(written: WrittenFiles): Promise<ReadChanges> {
  let rootFd: number;
  try {
    rootFd = openSync(written.upper, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return { changes: [], truncated: false };
    throw error;
  }
  const changes: DriftChange[] = [];
  const isFull = new AbortController();
  let isIncomplete = false;
  try {
    const reader = new ChangeReader(written, imageFiles(written.layerDirs), pathOfFd(rootFd));
    await walkTree(
      rootFd,
      (entry) => {
        for (const change of reader.changesOf(entry)) {
          if (changes.length < written.limit) changes.push(change);
          else isFull.abort();
        }
      },
      () => {
        isIncomplete = true;
      },
      isFull.signal,
    );
  } finally {
    closeSync(rootFd);
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return { changes, truncated: isFull.signal.aborted || isIncomplete };
}

class ChangeReader {
  readonly #written: WrittenFiles;
  readonly #image: ImageFiles;
  readonly #root: string;

  constructor(written: WrittenFiles, image: ImageFiles, root: string) {
    this.#written = written;
    this.#image = image;
    this.#root = root;
  }

  /** One at most, but for a directory that was made anew over one of the image. */
  *changesOf({ fd, stats, path: place }: TreeEntry): Generator<DriftChange> {
    const whole = pathOfFd(fd);
    // Moved while it was looked at.
    if (!whole.startsWith(`${this.#root}/`)) return;
    const path = whole.slice(this.#root.length);
    const inImage = this.#image.stat(path);
    if (isWhiteout(stats)) {
      if (inImage !== undefined && this.#isLater(stats.ctimeMs)) yield this.#deleted(path, inImage);
      return;
    }
    if (!stats.isDirectory()) {
      if (this.#isLater(stats.ctimeMs)) yield this.#changed(path, stats, inImage);
      return;
    }
    if (inImage?.isDirectory() !== true) {
      // One that the runtime made for a mount is older, whatever was put into it since.
      if (this.#isLater(stats.birthtimeMs)) yield this.#changed(path, stats, inImage);
      return;
    }
    // That something in it has changed is told where it has.
    if (stats.mode !== inImage.mode || this.#insideId(stats.uid) !== inImage.uid)
      yield this.#changed(path, stats, inImage);
    if (isOpaque(place)) yield* this.#hidden(path, place);
  }

  *#hidden(path: string, place: Buffer): Generator<DriftChange> {
    const upper = imageFiles([place.toString()]);
    for (const name of this.#image.names(path)) {
      const inImage = this.#image.stat(`${path}/${name}`);
      if (inImage === undefined || upper.stat(`/${name}`) !== undefined) continue;
      yield this.#deleted(`${path}/${name}`, inImage);
    }
  }

  #isLater(ms: number): boolean {
    return ms > this.#written.startedAtMs;
  }

  #changed(path: string, stats: Stats, inImage: Stats | undefined): DriftChange {
    return {
      path: shown(path),
      change: inImage === undefined ? 'added' : 'modified',
      type: typeOf(stats),
      executable: stats.isFile() && (stats.mode & 0o111) !== 0,
      sizeBytes: stats.isFile() ? stats.size : 0,
      mode: modeOf(stats),
      uid: this.#insideId(stats.uid),
    };
  }

  /** With what the image has there. Its files have the container's own ids. */
  #deleted(path: string, inImage: Stats): DriftChange {
    return {
      path: shown(path),
      change: 'deleted',
      type: typeOf(inImage),
      executable: false,
      sizeBytes: inImage.isFile() ? inImage.size : 0,
      mode: modeOf(inImage),
      uid: inImage.uid,
    };
  }

  /** An id of the host as the container's processes see it. */
  #insideId(id: number): number {
    const { user } = this.#written;
    if (user.mode === 'host') return id;
    const inside = id - (user.hostId ?? 0);
    return inside >= 0 && inside < user.size ? inside : overflowId;
  }
}

/** Whom the kernel shows for an id that a user namespace does not have. */
const overflowId = 65_534;

function typeOf(stats: Stats): DriftChange['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

function modeOf(stats: Stats): string {
  return (stats.mode & 0o7777).toString(8);
}

/** As latin1, one character for each byte: names need not be text. */
function pathOfFd(fd: number): string {
  return readlinkSync(`/proc/self/fd/${fd}`, 'latin1');
}

function shown(path: string): string {
  return Buffer.from(path, 'latin1').toString();
}
