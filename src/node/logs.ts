import { open } from 'node:fs/promises';
import { systemCodeOf } from '../core/errors.ts';

/** One line of a container's output. The order of stdout against stderr is not kept by the monitor. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, of the line's first part. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** What the container wrote, byte by byte, without the newline. */
  readonly bytes: Buffer;
  /** The same, read as UTF-8. */
  readonly text: string;
  /** False for a last line that the container did not end, and for a piece of a line that is too long to be held. */
  readonly complete: boolean;
}

/** A line may be of any length, gigabytes of a container that never ends one: longer ones are handed over in pieces. */
const maxHeldLength = 256 * 1024;

/** A line under way. Its text has a character for each byte: a container writes what it likes, not only UTF-8. */
interface RawLine {
  readonly time: string;
  readonly stream: LogLine['stream'];
  readonly raw: string;
}

/** Puts the parts of long lines together again: `P` parts go on, an `F` part ends the line. */
export class LogDecoder {
  readonly #pending = new Map<LogLine['stream'], RawLine>();
  #rest = '';

  /** The lines that `chunk`, the next piece of a log in CRI format, completes. */
  decode(chunk: Uint8Array): readonly LogLine[] {
    const raw = (this.#rest + Buffer.from(chunk).toString('latin1')).split('\n');
    this.#rest = raw.pop() ?? '';
    return raw.flatMap((line) => this.#decodeLine(line));
  }

  /** What was begun and not ended. */
  flush(): readonly LogLine[] {
    const left = [...this.#pending.values()].map((line) => logLine(line, false));
    this.#pending.clear();
    return left;
  }

  #decodeLine(line: string): readonly LogLine[] {
    const match = /^(\S+) (stdout|stderr) ([FP])(?::\S+)? ?(.*)$/s.exec(line);
    if (match === null) return [];
    const [, time = '', stream, tag, text = ''] = match;
    const name = stream === 'stderr' ? 'stderr' : 'stdout';
    const begun = this.#pending.get(name);
    const joined: RawLine = { time: begun?.time ?? time, stream: name, raw: (begun?.raw ?? '') + text };
    const isComplete = tag === 'F';
    const isTold = isComplete || joined.raw.length > maxHeldLength;
    if (isTold) this.#pending.delete(name);
    else this.#pending.set(name, joined);
    return isTold ? [logLine(joined, isComplete)] : [];
  }
}

function logLine({ time, stream, raw }: RawLine, complete: boolean): LogLine {
  const bytes = Buffer.from(raw, 'latin1');
  return { time, stream, bytes, text: bytes.toString('utf8'), complete };
}

async function openIfThere(path: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The last lines of a log, at most `lines` of them out of its last `bytes`. Empty when there is no log. */
export async function tailLog(path: string, lines: number, bytes = 65_536): Promise<readonly LogLine[]> {
  const file = await openIfThere(path);
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const read = buffer.subarray(0, bytesRead);
    const decoder = new LogDecoder();
    // A first line that is cut is not a line.
    const whole = start === 0 ? read : read.subarray(read.indexOf('\n') + 1);
    return [...decoder.decode(whole), ...decoder.flush()].slice(-lines);
  } finally {
    await file.close();
  }
}
