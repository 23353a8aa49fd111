import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import { withFileLock } from '../linux/file-lock.ts';
import type { RootLayout } from './layout.ts';

/** Ids per pod, as the kubelet gives them. */
export const idsPerPod = 65_536;

/** Ids are the machine's, so that all roots note theirs in one place. */
export const idRangesDir = '/run/podproof-ids';

/** Ids are 32 bits wide, but from 2^31 on `ps` and others print them as negative numbers. */
const lastSlot = 2 ** 31 / idsPerPod - 1;
/** The default root's pods come first, the others' far enough behind to stay apart from a kubelet's too. */
const firstSlot = 1;
const otherRootsFirstSlot = 1024;

/**
 * Takes a range of 65536 host ids that no other pod on this machine has, and gives its first id. Slot N is the file
 * `N`, which holds the sandbox's directory and appears in one step, so that a crash leaves either a whole slot or none.
 */
export function takeIdRange(
  { suffix }: Pick<RootLayout, 'suffix'>,
  sandboxDir: string,
  dir: string = idRangesDir,
): Promise<number> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return locked(dir, () => {
    const note = join(dir, '.note');
    writeFileSync(note, sandboxDir, { mode: 0o600 });
    try {
      const start = startSlot(suffix);
      for (let step = 0; step < lastSlot; step += 1) {
        const slot = firstSlot + ((start - firstSlot + step) % lastSlot);
        const path = join(dir, String(slot));
        if (isTaken(path)) continue;
        rmSync(path, { force: true });
        linkSync(note, path);
        return slot * idsPerPod;
      }
    } finally {
      rmSync(note);
    }
    throw new PodproofError('unavailable', 'could not find an empty slot to allocate a user namespace');
  });
}

/** Gives back every range that the sandbox has; none is no error. */
export async function freeIdRanges(sandboxDir: string, dir: string = idRangesDir): Promise<void> {
  const own = (): readonly string[] => filesIn(dir).filter((path) => readIfExists(path) === sandboxDir);
  if (own().length === 0) return;
  await locked(dir, () => {
    for (const path of own()) rmSync(path);
  });
}

function locked<T>(dir: string, work: () => T): Promise<T> {
  return withFileLock(join(dir, '.lock'), work);
}

/** Not by a sandbox that was deleted behind our back, as a whole root may be. */
function isTaken(path: string): boolean {
  const sandboxDir = readIfExists(path);
  return sandboxDir !== undefined && existsSync(sandboxDir);
}

function startSlot(suffix: string | undefined): number {
  if (suffix === undefined) return firstSlot;
  return otherRootsFirstSlot + (Number.parseInt(suffix, 16) % (lastSlot - otherRootsFirstSlot));
}

/** Slots, and the note of one who was killed at it. */
function filesIn(dir: string): readonly string[] {
  return existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : [];
}

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
