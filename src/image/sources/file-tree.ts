import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
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

/**
 * A directory of somebody else's: only regular files are read that lie in it. A link that leads out of it could show this
 * machine's files to who reads our errors, and a fifo or a device in it would never end.
 */
export function directoryTree(directory: string, signal?: AbortSignal): FileTree {
  return {
    text: directory,
    async sizeBytes(path) {
      const file = openInside(directory, path);
      if (file === undefined) return undefined;
      closeSync(file.fd);
      return file.sizeBytes;
    },
    async *stream(path) {
      const file = openInside(directory, path);
      if (file === undefined) throw new PodproofError('not-found', `"${directory}" has no file "${path}"`);
      const chunks: AsyncIterable<Buffer> = createReadStream('', {
        fd: file.fd,
        highWaterMark: readChunkBytes,
      });
      for await (const chunk of chunks) {
        signal?.throwIfAborted();
        yield chunk;
      }
    },
    close: async () => {},
  };
}

/** Judged by what was opened, so that nothing can be exchanged in between; without blocking, as a fifo would. */
function openInside(
  directory: string,
  path: string,
): { readonly fd: number; readonly sizeBytes: number } | undefined {
  const what = `"${path}" of "${directory}"`;
  let fd: number | undefined;
  try {
    const root = realpathSync(directory);
    fd = openSync(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    if (!readlinkSync(`/proc/self/fd/${fd}`).startsWith(root === '/' ? '/' : `${root}/`))
      throw new PodproofError('invalid', `cannot read ${what}: it is a link that leads out of it`);
    if (!stats.isFile()) throw new PodproofError('invalid', `cannot read ${what}: it is no regular file`);
    return { fd, sizeBytes: stats.size };
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    if (error instanceof PodproofError) throw error;
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new PodproofError('invalid', `cannot read ${what}: ${code}`, { cause: error });
  }
}

/** Opens a file that the user named; `what` says what it should be. */
export async function openNamed(path: string, what: string): ReturnType<typeof open> {
  try {
    // A fifo would wait for its writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    const missing = systemCodeOf(error) === 'ENOENT';
    throw new PodproofError(
      missing ? 'not-found' : 'invalid',
      `cannot read ${what} "${path}": ${missing ? 'no such file' : (systemCodeOf(error) ?? 'error')}`,
      { cause: error },
    );
  }
  throw new PodproofError('invalid', `cannot read ${what} "${path}": it is no regular file`);
}
