/** One record of a log in CRI format: a line, or a part of one. */
export interface LogPart {
  /** RFC 3339. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** False when the line goes on. */
  readonly isEnd: boolean;
  /** What the container wrote, without the newline; valid until the next `read`. */
  readonly bytes: Buffer;
}

/** Records have some KiB at most; what is longer is no log of ours. */
const maxRecordBytes = 1024 * 1024;
const newline = 0x0a;
const space = 0x20;

/** Reads the records of a log that comes in chunks. */
export class LogPartReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The records that `chunk` completes. */
  read(chunk: Buffer): readonly LogPart[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const parts: LogPart[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const part = parseLogPart(bytes.subarray(start, end));
      if (part !== undefined) parts.push(part);
      start = end + 1;
    }
    const rest = bytes.subarray(start);
    this.#rest = rest.length > maxRecordBytes ? Buffer.alloc(0) : Buffer.from(rest);
    return parts;
  }
}

/** Of `TIME STREAM TAG TEXT`, also when only the beginning of the text is there; undefined for anything else. */
export function parseLogPart(record: Buffer): LogPart | undefined {
  const timeEnd = record.indexOf(space);
  const streamEnd = record.indexOf(space, timeEnd + 1);
  if (timeEnd <= 0 || streamEnd < 0) return undefined;
  const stream = record.toString('latin1', timeEnd + 1, streamEnd);
  const tagEnd = record.indexOf(space, streamEnd + 1);
  const tag = String.fromCharCode(record[streamEnd + 1] ?? 0);
  if ((stream !== 'stdout' && stream !== 'stderr') || (tag !== 'F' && tag !== 'P')) return undefined;
  return {
    time: record.toString('latin1', 0, timeEnd),
    stream,
    isEnd: tag === 'F',
    bytes: tagEnd < 0 ? record.subarray(record.length) : record.subarray(tagEnd + 1),
  };
}
