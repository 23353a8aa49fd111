import type { LogOptions } from '../../apiserver/kubelet-port.ts';
import type { LogPart } from './log-parts.ts';

/** Makes of records what a client is sent: filtered, with timestamps, up to the limit. */
export class LogText {
  readonly #options: LogOptions;
  /** Milliseconds since the epoch. */
  readonly #since: number;
  /** Streams whose last record did not end its line. */
  readonly #unended = new Set<LogPart['stream']>();
  #leftBytes: number;

  constructor(options: LogOptions, now: number) {
    const { sinceTime, sinceSeconds, limitBytes } = options;
    this.#options = options;
    this.#since =
      sinceTime !== undefined
        ? Date.parse(sinceTime)
        : sinceSeconds === undefined
          ? Number.NEGATIVE_INFINITY
          : now - sinceSeconds * 1000;
    this.#leftBytes = limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** True once nothing more may be sent. */
  get isFull(): boolean {
    return this.#leftBytes <= 0;
  }

  format(parts: readonly LogPart[]): Buffer {
    const text = Buffer.concat(
      parts.filter((part) => this.#isWanted(part)).flatMap((part) => this.#lineOf(part)),
    );
    const sent = text.subarray(0, this.#leftBytes);
    this.#leftBytes -= sent.length;
    return sent;
  }

  #isWanted({ stream, time }: LogPart): boolean {
    return isOfStream(stream, this.#options.stream) && !(Date.parse(time) < this.#since);
  }

  #lineOf({ time, stream, isEnd, bytes }: LogPart): readonly Buffer[] {
    const begins = !this.#unended.has(stream);
    if (isEnd) this.#unended.delete(stream);
    else this.#unended.add(stream);
    return [
      ...(this.#options.timestamps && begins ? [Buffer.from(`${asGoPrints(time)} `)] : []),
      bytes,
      ...(isEnd ? [Buffer.from('\n')] : []),
    ];
  }
}

/** Whether a log that is asked for with `wanted` has what was written to `stream`. */
export function isOfStream(stream: LogPart['stream'], wanted: LogOptions['stream']): boolean {
  return wanted === undefined || wanted === 'All' || wanted.toLowerCase() === stream;
}

function asGoPrints(time: string): string {
  return time.replace(/[+-]00:?00$/, 'Z');
}
