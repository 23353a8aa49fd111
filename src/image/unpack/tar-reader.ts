import { PodproofError } from '../../core/errors.ts';
import {
  blockBytes,
  buildEntry,
  decodePax,
  decodeRawHeader,
  type RawHeader,
  type TarEntry,
} from './tar-header.ts';

/** Who takes what the reader finds, in the archive's order. */
export interface TarSink {
  entry(entry: TarEntry): void;
  /** A piece of the last entry's content; the bytes are only lent. */
  data(chunk: Buffer): void;
  /** The last entry's content is complete. Called for every entry. */
  endEntry(): void;
}

/** PAX headers and long names: as much as Go's reader takes. */
const maxExtensionBytes = 1024 * 1024;
const zeroBlock = Buffer.alloc(blockBytes);
const noRecords: ReadonlyMap<string, Buffer> = new Map();

/**
 * A tar reader that is fed chunks and calls its sink at once: no promise and no stream per entry, which is what makes
 * images of many small files load at the speed of tar(1). tar-stream decodes PAX values as UTF-8, which would break
 * binary attributes such as security.capability. Reads ustar, PAX and GNU archives; refuses sparse files.
 */
export class TarReader {
  readonly #sink: TarSink;
  readonly #header: Buffer = Buffer.alloc(blockBytes);
  #headerBytes = 0;
  #state: 'header' | 'extension' | 'content' | 'ended' = 'header';
  /** Bytes of the content or extension still to come, and of the padding after it. */
  #remainingBytes = 0;
  #paddingBytes = 0;
  #zeroBlocks = 0;
  #extension: { readonly typeFlag: string; readonly chunks: Buffer[] } | undefined;
  #pax: ReadonlyMap<string, Buffer> = noRecords;
  #long: { path?: string; linkPath?: string } = {};

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length && this.#state !== 'ended') {
      if (this.#paddingBytes > 0 && this.#remainingBytes === 0) {
        const skipped = Math.min(this.#paddingBytes, bytes.length - at);
        this.#paddingBytes -= skipped;
        at += skipped;
      } else at = this.#state === 'header' ? this.#readHeader(bytes, at) : this.#readBody(bytes, at);
    }
  }

  /** For archives that can be read at any place: leaves the last entry's content out, and says how long it is. */
  skipBody(): number {
    const skipped = this.#remainingBytes + this.#paddingBytes;
    if (this.#remainingBytes > 0) this.#endBody();
    this.#remainingBytes = 0;
    this.#paddingBytes = 0;
    return skipped;
  }

  /** The archive is over. Throws when it ended in the middle of something. */
  end(): void {
    const isBetweenEntries = this.#state === 'header' && this.#headerBytes === 0;
    if (
      this.#state !== 'ended' &&
      !(isBetweenEntries && this.#extension === undefined && this.#pax.size === 0)
    )
      throw new PodproofError('invalid', 'the tar archive is truncated');
  }

  #readHeader(bytes: Buffer, at: number): number {
    const taken = Math.min(blockBytes - this.#headerBytes, bytes.length - at);
    bytes.copy(this.#header, this.#headerBytes, at, at + taken);
    this.#headerBytes += taken;
    if (this.#headerBytes === blockBytes) {
      this.#headerBytes = 0;
      this.#takeHeader();
    }
    return at + taken;
  }

  #takeHeader(): void {
    if (this.#header.equals(zeroBlock)) {
      this.#zeroBlocks += 1;
      if (this.#zeroBlocks === 2) this.#state = 'ended';
      return;
    }
    this.#zeroBlocks = 0;
    const raw = decodeRawHeader(this.#header);
    if ('xgLK'.includes(raw.typeFlag)) this.#startExtension(raw);
    else this.#startEntry(raw);
  }

  #startExtension(raw: RawHeader): void {
    if (raw.sizeBytes > maxExtensionBytes)
      throw new PodproofError('invalid', `a tar header extension has ${raw.sizeBytes} bytes`);
    this.#extension = { typeFlag: raw.typeFlag, chunks: [] };
    this.#expectBody('extension', raw.sizeBytes);
  }

  #startEntry(raw: RawHeader): void {
    const entry = buildEntry(raw, this.#pax, this.#long);
    this.#pax = noRecords;
    this.#long = {};
    this.#sink.entry(entry);
    this.#expectBody('content', entry.sizeBytes);
  }

  #expectBody(state: 'extension' | 'content', sizeBytes: number): void {
    this.#state = state;
    this.#remainingBytes = sizeBytes;
    this.#paddingBytes = (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
    if (sizeBytes === 0) this.#endBody();
  }

  #readBody(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#remainingBytes, bytes.length - at);
    const piece = bytes.subarray(at, at + taken);
    if (this.#state === 'extension') this.#extension?.chunks.push(Buffer.from(piece));
    else this.#sink.data(piece);
    this.#remainingBytes -= taken;
    if (this.#remainingBytes === 0) this.#endBody();
    return at + taken;
  }

  #endBody(): void {
    if (this.#state === 'content') this.#sink.endEntry();
    else this.#endExtension();
    this.#state = 'header';
  }

  #endExtension(): void {
    const body = Buffer.concat(this.#extension?.chunks ?? []);
    const typeFlag = this.#extension?.typeFlag;
    this.#extension = undefined;
    if (typeFlag === 'x') this.#pax = decodePax(body);
    else if (typeFlag === 'L') this.#long = { ...this.#long, path: untilNul(body) };
    else if (typeFlag === 'K') this.#long = { ...this.#long, linkPath: untilNul(body) };
    // Global PAX headers ('g') carry comments; Docker and containerd ignore them as well.
  }
}

function untilNul(body: Buffer): string {
  const end = body.indexOf(0);
  return body.toString('latin1', 0, end < 0 ? body.length : end);
}
