import type { FileHandle } from 'node:fs/promises';
import { type LogPart, parseLogPart } from './log-parts.ts';

const blockBytes = 64 * 1024;
/** Enough for time, stream and tag of a record. */
const headBytes = 128;
const newline = 0x0a;

/**
 * Where the last `lines` lines of a log begin, read backwards: of a log of any size only its end is looked at. Parts of
 * one line count as one.
 */
export async function tailStart(
  file: FileHandle,
  lines: number,
  isWanted: (stream: LogPart['stream']) => boolean,
): Promise<number> {
  const { size } = await file.stat();
  let left = lines;
  let start = size;
  let isLast = true;
  for await (const { offset, part } of recordsBackwards(file, size)) {
    if (part === undefined || !isWanted(part.stream)) continue;
    // A line ends here, or is under way at the log's end; what comes before it belongs to an earlier one.
    if (part.isEnd || isLast) {
      if (left === 0) return start;
      left -= 1;
    }
    isLast = false;
    start = offset;
  }
  return left === lines ? size : start;
}

async function* recordsBackwards(
  file: FileHandle,
  size: number,
): AsyncGenerator<{ readonly offset: number; readonly part: LogPart | undefined }> {
  let blockEnd = size;
  let following: Buffer = Buffer.alloc(0);
  while (blockEnd > 0) {
    const blockStart = Math.max(0, blockEnd - blockBytes);
    const block = await readExactly(file, blockStart, blockEnd - blockStart);
    const bytes = Buffer.concat([block, following]);
    for (
      let at = block.lastIndexOf(newline);
      at >= 0;
      at = at === 0 ? -1 : block.lastIndexOf(newline, at - 1)
    ) {
      const offset = blockStart + at + 1;
      if (offset < size) yield { offset, part: headOf(bytes, at + 1) };
    }
    if (blockStart === 0) yield { offset: 0, part: headOf(bytes, 0) };
    following = Buffer.from(bytes.subarray(0, headBytes));
    blockEnd = blockStart;
  }
}

function headOf(bytes: Buffer, start: number): LogPart | undefined {
  return parseLogPart(bytes.subarray(start, start + headBytes));
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
