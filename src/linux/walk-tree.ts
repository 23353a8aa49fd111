import { closeSync, constants, type Dir, fstatSync, opendirSync, openSync, type Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemCodeOf } from '../core/errors.ts';

/** O_PATH: names a file without opening it, so that no device or pipe notices. */
export const openPath = 0o10000000;

/** One thing below a directory. `fd` is open only until the next one is asked for. */
export interface TreeEntry {
  readonly fd: number;
  readonly stats: Stats;
  /** Through the descriptor of the directory that it lies in: leads to it even when that directory is moved. */
  readonly path: Buffer;
  /** A directory that is visited without what is in it. */
  readonly isTooDeep: boolean;
}

/** Far more than anybody needs; each level keeps two descriptors open. */
const maxDepth = 500;
const entriesATurn = 256;

/**
 * Visits everything below an open directory, children before their parents, itself left out. Names are looked up in
 * opened directories and links are never followed, because a container may change the tree meanwhile. The process goes
 * on with other things between entries. What cannot be looked at is a problem, and the walk goes on without it.
 */
export async function walkTree(
  rootFd: number,
  visit: (entry: TreeEntry) => void,
  onProblem: (error: unknown) => void,
  signal?: AbortSignal,
): Promise<void> {
  let visited = 0;
  for (const entry of entriesBelow(rootFd, onProblem)) {
    try {
      visit(entry);
    } catch (error) {
      onProblem(error);
    }
    visited += 1;
    if (visited % entriesATurn === 0) await nextTurn();
    if (signal?.aborted === true) return;
  }
}

interface Level {
  readonly fd: number;
  readonly dir: Dir;
  /** Undefined for the root. */
  readonly entry: TreeEntry | undefined;
}

function* entriesBelow(rootFd: number, onProblem: (error: unknown) => void): Generator<TreeEntry> {
  const levels: Level[] = [];
  try {
    levels.push(enter(rootFd, undefined));
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const entry = nextEntry(level, levels.length, onProblem);
      const below = entry?.stats.isDirectory() === true ? tryEnter(entry, onProblem) : undefined;
      if (below !== undefined) {
        levels.push(below);
        continue;
      }
      const done = entry ?? leave(levels);
      if (done === undefined) continue;
      try {
        yield done;
      } finally {
        closeSync(done.fd);
      }
    }
  } finally {
    while (levels.length > 0) {
      const left = leave(levels);
      if (left !== undefined) closeSync(left.fd);
    }
  }
}

function enter(fd: number, entry: TreeEntry | undefined): Level {
  // Names are bytes, not all of them UTF-8: as latin1 each byte is one character.
  return { fd, dir: opendirSync(`/proc/self/fd/${fd}`, { encoding: 'latin1' }), entry };
}

function tryEnter(entry: TreeEntry, onProblem: (error: unknown) => void): Level | undefined {
  try {
    if (entry.isTooDeep) throw new Error(`more than ${maxDepth} directories inside each other`);
    return enter(entry.fd, entry);
  } catch (error) {
    onProblem(error);
    return undefined;
  }
}

function leave(levels: Level[]): TreeEntry | undefined {
  const level = levels.pop();
  level?.dir.closeSync();
  return level?.entry;
}

/** Undefined at the directory's end. */
function nextEntry(
  { fd: dirFd, dir }: Level,
  depth: number,
  onProblem: (error: unknown) => void,
): TreeEntry | undefined {
  for (let found = dir.readSync(); found !== null; found = dir.readSync()) {
    const path = Buffer.concat([Buffer.from(`/proc/self/fd/${dirFd}/`), Buffer.from(found.name, 'latin1')]);
    try {
      const fd = openSync(path, openPath | constants.O_NOFOLLOW);
      const stats = fstatSync(fd);
      return { fd, stats, path, isTooDeep: stats.isDirectory() && depth > maxDepth };
    } catch (error) {
      // The containers delete files while they are looked at.
      if (systemCodeOf(error) !== 'ENOENT') onProblem(error);
    }
  }
  return undefined;
}
