import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileReason } from './file-reason.ts';
import { MAX_FILE_BYTES, OPEN_FLAGS, readNow, tooLarge } from './read-file-text.ts';
import { type FileText, textOfBytes } from './text-of-bytes.ts';

const PAUSE_MS = 10;

/**
 * The text that comes out of a pipe or a terminal that the user named: `<(helm template web)`. However long it takes: it is
 * waited for until it ends, or until the signal is aborted, whose reason is thrown.
 */
export async function readPipeText(path: string, signal: AbortSignal): Promise<FileText> {
  let fd: number;
  try {
    fd = openSync(path, OPEN_FLAGS);
  } catch (error) {
    return { problem: fileReason(error) };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    while (size <= MAX_FILE_BYTES) {
      const chunk = readNow(fd, size === 0);
      if (chunk?.length === 0) return textOfBytes(Buffer.concat(chunks));
      if (chunk === undefined) await sleep(PAUSE_MS);
      else {
        chunks.push(Buffer.from(chunk));
        size += chunk.length;
      }
      signal.throwIfAborted();
    }
  } catch (error) {
    signal.throwIfAborted();
    return { problem: fileReason(error) };
  } finally {
    closeSync(fd);
  }
  return { problem: tooLarge(MAX_FILE_BYTES) };
}
