import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';

/** Files by their relative path: a directory, or a tar archive that is read in place. */
export interface FileTree {
  /** As it is shown in errors. */
  readonly text: string;
  /** Undefined when there is no such file. */
  sizeBytes(path: string): Promise<number | undefined>;
  stream(path: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export const readChunkBytes: number = 256 * 1024;

/** A whole file of the tree that may have at most `maxBytes`. */
export async function readTreeFile(tree: FileTree, path: string, maxBytes: number): Promise<Buffer> {
  const size = await tree.sizeBytes(path);
  if (size === undefined) throw new PodproofError('not-found', `"${tree.text}" has no file "${path}"`);
  if (size > maxBytes)
    throw new PodproofError(
      'invalid',
      `"${path}" of "${tree.text}" has ${size} bytes; the limit is ${maxBytes}`,
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of tree.stream(path)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function directoryTree(directory: string): FileTree {
  return {
    text: directory,
    async sizeBytes(path) {
      try {
        const stats = await stat(join(directory, path));
        return stats.isFile() ? stats.size : undefined;
      } catch (error) {
        if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return undefined;
        throw error;
      }
    },
    stream: (path) => createReadStream(join(directory, path), { highWaterMark: readChunkBytes }),
    close: async () => {},
  };
}

/** Opens a file that the user named; `what` says what it should be. */
export async function openNamed(path: string, what: string): ReturnType<typeof open> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const missing = systemCodeOf(error) === 'ENOENT';
    throw new PodproofError(
      missing ? 'not-found' : 'invalid',
      `cannot read ${what} "${path}": ${missing ? 'no such file' : (systemCodeOf(error) ?? 'error')}`,
      { cause: error },
    );
  }
}
