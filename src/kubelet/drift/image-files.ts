import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { systemCodeOf } from '../../core/errors.ts';
import { getXattr } from '../../linux/xattr.ts';

/** What an image has at a path, its layers seen over each other. Paths are latin1: one character for each byte. */
export interface ImageFiles {
  /** `/etc/passwd`; undefined when the image has nothing there. */
  stat(path: string): Stats | undefined;
  /** The names in a directory. */
  names(path: string): readonly string[];
}

/**
 * The files of unpacked layers, top-most first. Each step of a path is looked at by itself, and links are never
 * followed: an image may have them lead anywhere.
 */
export function imageFiles(layerDirs: readonly string[]): ImageFiles {
  const known = new Map<string, readonly string[]>([['', layerDirs.map(latin1)]]);
  const directoriesOf = (path: string): readonly string[] => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const [parent, name] = split(path);
    const found = mergedDirectories(directoriesOf(parent), name);
    if (known.size >= maxKnown) known.clear();
    known.set('', layerDirs.map(latin1));
    known.set(path, found);
    return found;
  };
  return {
    stat(path) {
      const [parent, name] = split(path);
      for (const directory of directoriesOf(parent)) {
        const stats = statOf(`${directory}/${name}`);
        if (stats !== undefined) return isWhiteout(stats) ? undefined : stats;
      }
      return undefined;
    },
    names(path) {
      const names = new Set(
        directoriesOf(path).flatMap((directory) => readdirSync(bytes(directory), 'latin1')),
      );
      return [...names].filter((name) => this.stat(`${path}/${name}`) !== undefined);
    },
  };
}

const maxKnown = 10_000;

/** Those directories that a container sees as one: none below what is no directory, or hides what is below it. */
function mergedDirectories(parents: readonly string[], name: string): readonly string[] {
  const found: string[] = [];
  for (const parent of parents) {
    const path = `${parent}/${name}`;
    const stats = statOf(path);
    if (stats === undefined) continue;
    if (!stats.isDirectory()) break;
    found.push(path);
    if (isOpaque(bytes(path))) break;
  }
  return found;
}

/** A deleted file, as overlay keeps it. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}

/** A directory that hides what the layers below have in it. */
export function isOpaque(path: Buffer): boolean {
  return getXattr(path, 'trusted.overlay.opaque')?.toString() === 'y';
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(bytes(path));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function split(path: string): readonly [parent: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
}

function latin1(path: string): string {
  return Buffer.from(path).toString('latin1');
}

function bytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
