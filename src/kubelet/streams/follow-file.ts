import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';

/** Tells, without asking again and again, when it may be worth while to look at a file. */
export class FileChanges {
  readonly #watcher: FSWatcher;
  #hasChanged = false;
  #onChange: (() => void) | undefined;

  /** Of everything in the file's directory: it may be replaced. */
  constructor(path: string) {
    this.#watcher = watch(dirname(path), () => this.wake());
    this.#watcher.on('error', () => this.wake());
  }

  wake(): void {
    this.#hasChanged = true;
    this.#onChange?.();
  }

  /** Resolves at once when something has changed since the last call. */
  async next(): Promise<void> {
    if (!this.#hasChanged)
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    this.#hasChanged = false;
  }

  close(): void {
    this.#watcher.close();
    this.wake();
  }
}

export interface FollowRequest {
  readonly path: string;
  /** Where to begin in the file that is there first. */
  readonly startOf: (file: FileHandle) => Promise<number>;
  /** Undefined: what there is now is all. */
  readonly changes: FileChanges | undefined;
  /** True when nothing more is written. */
  readonly isOver: () => boolean;
}

const chunkBytes = 64 * 1024;

/**
 * The bytes of a file, and what is added to it until it is over, over rotations: a file that takes its name goes on
 * where it ends. A chunk is valid until the next one is asked for.
 */
export async function* followFile({ path, startOf, changes, isOver }: FollowRequest): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(chunkBytes);
  let file = await openIfThere(path);
  try {
    let position = file === undefined ? 0 : await startOf(file);
    for (;;) {
      // Asked first: what was written before the end is read after it.
      const isLastRound = changes === undefined || isOver();
      for await (const chunk of restOf(file, position, buffer)) {
        position += chunk.length;
        yield chunk;
      }
      if (changes === undefined) return;
      const next = await successorOf(file, path, position);
      if (next !== undefined) {
        for await (const chunk of restOf(file, position, buffer)) yield chunk;
        await file?.close();
        file = next;
        position = 0;
      } else {
        if (isLastRound) return;
        await changes.next();
      }
    }
  } finally {
    await file?.close();
  }
}

async function* restOf(file: FileHandle | undefined, from: number, buffer: Buffer): AsyncGenerator<Buffer> {
  if (file === undefined) return;
  for (let position = from; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The file that has the path now, if it is another one, or the same begun anew. */
async function successorOf(
  file: FileHandle | undefined,
  path: string,
  position: number,
): Promise<FileHandle | undefined> {
  if (file !== undefined) {
    const [own, named] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
    if (named === undefined || (own.ino === named.ino && own.size >= position)) return undefined;
  }
  return openIfThere(path);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
