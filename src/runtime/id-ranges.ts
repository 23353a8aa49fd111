import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import type { RootLayout } from './layout.ts';

/** Ids per pod, as the kubelet gives them. */
export const idsPerPod = 65_536;

/** Ids are 32 bits wide, and the last one means "none". */
const lastSlot = 2 ** 32 / idsPerPod - 2;
/** The default root's pods come first, the others' far enough behind to stay apart. */
const firstSlot = 1;
const otherRootsFirstSlot = 1024;

/**
 * Takes a range of 65536 host ids that no other pod of this root has, and gives its first id. Slot N is the file
 * `N`, which holds the owner's name and appears in one step, so that a crash leaves either a whole slot or none.
 */
export function takeIdRange(layout: RootLayout, owner: string): number {
  const dir = rangesDir(layout);
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const note = join(dir, `.${owner}`);
  writeDurably(note, owner);
  try {
    const start = startSlot(layout.suffix);
    const taken = new Set(readdirSync(dir));
    for (let step = 0; step < lastSlot; step += 1) {
      const slot = firstSlot + ((start - firstSlot + step) % lastSlot);
      if (!taken.has(String(slot)) && tryLink(note, join(dir, String(slot)))) return slot * idsPerPod;
    }
  } finally {
    unlinkSync(note);
  }
  throw new PodproofError('unavailable', 'could not find an empty slot to allocate a user namespace');
}

/** Gives back every range that the owner has; none is no error. */
export function freeIdRanges(layout: RootLayout, owner: string): void {
  const dir = rangesDir(layout);
  for (const name of listOrEmpty(dir)) {
    const path = join(dir, name);
    if (readOrEmpty(path) === owner) unlinkSync(path);
  }
}

function rangesDir(layout: RootLayout): string {
  return join(layout.runDir, 'userns');
}

function startSlot(suffix: string | undefined): number {
  if (suffix === undefined) return firstSlot;
  return otherRootsFirstSlot + (Number.parseInt(suffix, 16) % (lastSlot - otherRootsFirstSlot));
}

function writeDurably(path: string, text: string): void {
  const fd = openSync(path, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function listOrEmpty(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
