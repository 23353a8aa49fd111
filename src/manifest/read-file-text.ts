import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { systemCodeOf } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';
import { fileReason } from './file-reason.ts';
import { type FileText, textOfBytes } from './text-of-bytes.ts';

export interface FileTextOptions {
  /** The user named the file: pipes and devices are read, too. */
  readonly explicit: boolean;
  /** The most bytes that are read; 64 MiB unless told. */
  readonly maxFileBytes?: number;
}

/** The most bytes that a file may have unless told. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024;

/** A file is opened once; what was opened is what is looked at and read. Opening so never blocks. */
export const OPEN_FLAGS: number = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What nearly all files fit into; used again for each. */
const BUFFER: Buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** The text of a file, or why it has none. Synchronous; never waits for long, and never reads without end. */
export function readFileText(path: string, options: FileTextOptions): FileText {
  let fd: number;
  try {
    fd = openSync(path, OPEN_FLAGS);
  } catch (error) {
    return { problem: isSocket(error, path) ? 'it is a socket' : fileReason(error) };
  }
  try {
    const small = options.explicit ? undefined : smallFile(fd, options.maxFileBytes);
    if (small !== undefined) return textOfBytes(small);
    const stats = fstatSync(fd);
    return stats.isFile() ? regularFile(fd, stats.size, options) : otherFile(fd, stats, options);
  } catch (error) {
    return { problem: fileReason(error) };
  } finally {
    closeSync(fd);
  }
}

/**
 * All of a file that fits into the buffer, in half the time that it takes to ask what it is and how large. Undefined for all
 * else, pipes among them, and for what holds nothing; what is read from the start is then still there.
 */
function smallFile(fd: number, maxFileBytes = MAX_FILE_BYTES): Buffer | undefined {
  try {
    const count = readSync(fd, BUFFER, 0, BUFFER.length, 0);
    // Not every file system gives as much as there is.
    const isWhole = count > 0 && count < BUFFER.length && readSync(fd, BUFFER, count, 1, count) === 0;
    return isWhole && count <= maxFileBytes ? BUFFER.subarray(0, count) : undefined;
  } catch {
    return undefined;
  }
}

export function tooLarge(maxFileBytes: number): string {
  return `larger than ${formatBytes(maxFileBytes)}, the most that is read`;
}

/** Sockets cannot be opened. */
function isSocket(error: unknown, path: string): boolean {
  return systemCodeOf(error) === 'ENXIO' && (statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false);
}

function regularFile(fd: number, size: number, { maxFileBytes = MAX_FILE_BYTES }: FileTextOptions): FileText {
  if (size > maxFileBytes) return { problem: tooLarge(maxFileBytes) };
  const buffer = size < BUFFER.length ? BUFFER : Buffer.allocUnsafeSlow(size + 1);
  const count = readSync(fd, buffer, 0, buffer.length, null);
  // Some file systems do not know how long their files are, and some files grow.
  return count === size
    ? textOfBytes(buffer.subarray(0, count))
    : readToEnd(fd, Buffer.from(buffer.subarray(0, count)), maxFileBytes);
}

function otherFile(fd: number, stats: Stats, { explicit, maxFileBytes }: FileTextOptions): FileText {
  if (stats.isDirectory()) return { problem: 'it is a directory' };
  // Pipes are how shells hand over `<(command)`.
  const isWanted = explicit && (stats.isFIFO() || stats.isCharacterDevice());
  if (!isWanted) return { problem: 'it is not a regular file' };
  return readToEnd(fd, Buffer.alloc(0), maxFileBytes ?? MAX_FILE_BYTES);
}

/** How long nothing may come out of a pipe. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 10;

function readToEnd(fd: number, start: Buffer, maxFileBytes: number): FileText {
  const chunks = [start];
  let size = start.length;
  let waitedMs = 0;
  while (size <= maxFileBytes) {
    const chunk = readNow(fd, size === 0);
    if (chunk?.length === 0) return textOfBytes(Buffer.concat(chunks));
    if (chunk === undefined) {
      if (waitedMs >= PATIENCE_MS) return { problem: `nothing came out of it for ${PATIENCE_MS / 1000} s` };
      pause();
      waitedMs += PAUSE_MS;
    } else {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      waitedMs = 0;
    }
  }
  return { problem: tooLarge(maxFileBytes) };
}

/** What came out, in a buffer that is used again; nothing at the end, undefined when there is nothing yet. */
export function readNow(fd: number, isFirst: boolean): Buffer | undefined {
  try {
    const count = readSync(fd, BUFFER, 0, BUFFER.length, null);
    return count === 0 && isFirst && awaitsWriter(fd) ? undefined : BUFFER.subarray(0, count);
  } catch (error) {
    if (systemCodeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}

/** Nobody may have opened a pipe that has a name; the other end of one without was there from the beginning. */
function awaitsWriter(fd: number): boolean {
  return fstatSync(fd).isFIFO() && !readlinkSync(`/proc/self/fd/${fd}`).startsWith('pipe:');
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
