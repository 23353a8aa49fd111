import { createInflate, type Inflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.ts';
import { SpdyError } from './spdy-frames.ts';

/** Header names are lower-case. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** After decompression: a few bytes may stand for gigabytes. */
const maxBlockBytes = 32 * 1024;
const maxHeaders = 64;

/** Decompresses the header blocks of a connection, which are one stream of zlib: one at a time and in their order. */
export class HeaderInflater {
  readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary() });
  #block: Buffer[] = [];
  #sizeBytes = 0;
  #fail: ((error: Error) => void) | undefined;

  constructor() {
    this.#inflate.on('data', (chunk: Buffer) => {
      this.#sizeBytes += chunk.length;
      if (this.#sizeBytes > maxBlockBytes) this.#inflate.destroy(new SpdyError('header block too large'));
      else this.#block.push(chunk);
    });
    const onEnd = (error?: Error): void => {
      this.#fail?.(new SpdyError(`headers cannot be read: ${error?.message ?? 'they have ended'}`));
    };
    this.#inflate.on('error', onEnd).on('end', onEnd).on('close', onEnd);
  }

  async read(block: Buffer): Promise<SpdyHeaders> {
    this.#block = [];
    this.#sizeBytes = 0;
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      this.#inflate.write(block, (error) => (error ? reject(error) : resolve()));
    });
    // zlib reports a block as read also when it was cut off in the middle.
    if (this.#inflate.destroyed) throw new SpdyError('header block too large');
    return parseHeaders(Buffer.concat(this.#block));
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function parseHeaders(block: Buffer): SpdyHeaders {
  const headers = new Map<string, string>();
  let offset = 0;
  const number = (): number => {
    if (offset + 4 > block.length) throw new SpdyError('header block too short');
    offset += 4;
    return block.readUInt32BE(offset - 4);
  };
  const text = (): string => {
    const length = number();
    if (length > block.length - offset) throw new SpdyError('header block too short');
    offset += length;
    return block.toString('latin1', offset - length, offset);
  };
  const count = number();
  if (count > maxHeaders) throw new SpdyError(`${count} headers`);
  for (let index = 0; index < count; index += 1) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

/** A zlib stream's own header, for 32 KiB of window and without a dictionary. */
const zlibHeader = Buffer.of(0x78, 0x01);
/**
 * Two stored blocks: the four bytes of the number 0, and nothing, which is how zlib marks a flush. Without the mark Go's
 * zlib keeps back what it has.
 */
const storedZero = Buffer.of(0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** A block without headers, which is all that is ever answered: no compressor is needed for it. */
export function emptyHeaderBlock(isFirstOfConnection: boolean): Buffer {
  return isFirstOfConnection ? Buffer.concat([zlibHeader, storedZero]) : storedZero;
}
