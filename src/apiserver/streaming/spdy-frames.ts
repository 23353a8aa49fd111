/**
 * The part of SPDY/3.1 that Kubernetes' clients speak. `data` may come in several pieces, the last one with `fin`.
 * `headers` are blocks that nobody asked for: they count only for the state of their decompression.
 */
export type SpdyFrame =
  | {
      readonly type: 'syn-stream';
      readonly streamId: number;
      readonly fin: boolean;
      readonly headerBlock: Buffer;
    }
  | { readonly type: 'headers'; readonly headerBlock: Buffer }
  | { readonly type: 'data'; readonly streamId: number; readonly fin: boolean; readonly bytes: Buffer }
  | { readonly type: 'rst-stream'; readonly streamId: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway' };

/** The other side does not speak SPDY/3.1 as it must: its connection ends. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError';
}

const frameHeaderBytes = 8;
const spdyVersion = 3;
const finFlag = 1;
const idMask = 0x7fffffff;

/** kubectl's header blocks have some 60 bytes. */
const maxControlBytes = 16 * 1024;

const controlType = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7, headers: 8 } as const;

interface DataUnderWay {
  readonly streamId: number;
  readonly fin: boolean;
  readonly leftBytes: number;
}

/** Makes frames of bytes that come in pieces of any size. Holds back no data, and of control frames at most one. */
export class SpdyFrameReader {
  #held: Buffer = Buffer.alloc(0);
  #data: DataUnderWay | undefined;

  /** The frames that `chunk` completes. Throws `SpdyError`; then the reader is not to be used any more. */
  read(chunk: Buffer): readonly SpdyFrame[] {
    const frames: SpdyFrame[] = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const used =
        this.#data === undefined ? this.#begin(rest, frames) : this.#goOn(rest, this.#data, frames);
      if (used === 0) break;
      rest = rest.subarray(used);
    }
    // A copy: the rest would keep the whole chunk alive.
    this.#held = Buffer.from(rest);
    return frames;
  }

  #goOn(bytes: Buffer, { streamId, fin, leftBytes }: DataUnderWay, frames: SpdyFrame[]): number {
    if (bytes.length === 0) return 0;
    const piece = bytes.subarray(0, leftBytes);
    const left = leftBytes - piece.length;
    frames.push({ type: 'data', streamId, fin: fin && left === 0, bytes: piece });
    this.#data = left === 0 ? undefined : { streamId, fin, leftBytes: left };
    return piece.length;
  }

  #begin(bytes: Buffer, frames: SpdyFrame[]): number {
    if (bytes.length < frameHeaderBytes) return 0;
    const first = bytes.readUInt32BE(0);
    const flags = bytes.readUInt8(4);
    const length = bytes.readUIntBE(5, 3);
    if (first >>> 31 === 0) {
      const data = { streamId: first, fin: (flags & finFlag) !== 0, leftBytes: length };
      if (length > 0) this.#data = data;
      else frames.push({ type: 'data', streamId: first, fin: data.fin, bytes: Buffer.alloc(0) });
      return frameHeaderBytes;
    }
    const version = (first >>> 16) & 0x7fff;
    if (version !== spdyVersion) throw new SpdyError(`frame of SPDY version ${version}`);
    if (length > maxControlBytes) throw new SpdyError(`control frame of ${length} bytes`);
    if (bytes.length < frameHeaderBytes + length) return 0;
    const body = bytes.subarray(frameHeaderBytes, frameHeaderBytes + length);
    const frame = decodeControl(first & 0xffff, flags, body);
    if (frame !== undefined) frames.push(frame);
    return frameHeaderBytes + length;
  }
}

/** Undefined for frames without a meaning here: SETTINGS, WINDOW_UPDATE, unknown ones. */
function decodeControl(type: number, flags: number, body: Buffer): SpdyFrame | undefined {
  switch (type) {
    case controlType.synStream:
      return {
        type: 'syn-stream',
        streamId: readId(body),
        fin: (flags & finFlag) !== 0,
        headerBlock: after(body, 10),
      };
    case controlType.synReply:
    case controlType.headers:
      return { type: 'headers', headerBlock: after(body, 4) };
    case controlType.rstStream:
      return { type: 'rst-stream', streamId: readId(body) };
    case controlType.ping:
      return { type: 'ping', id: after(body, 0, 4).readUInt32BE(0) };
    case controlType.goAway:
      return { type: 'goaway' };
    default:
      return undefined;
  }
}

function readId(body: Buffer): number {
  return after(body, 0, 4).readUInt32BE(0) & idMask;
}

/** A copy, since frames outlive the chunk that they came in. */
function after(body: Buffer, offset: number, atLeast = 0): Buffer {
  if (body.length < offset + atLeast) throw new SpdyError(`control frame of only ${body.length} bytes`);
  return Buffer.from(body.subarray(offset));
}

/** At most 16 MiB of data of a stream; `fin` ends it. */
export function dataFrame(streamId: number, bytes: Uint8Array, fin: boolean): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderBytes + bytes.length);
  frame.writeUInt32BE(streamId, 0);
  frame.writeUInt8(fin ? finFlag : 0, 4);
  frame.writeUIntBE(bytes.length, 5, 3);
  frame.set(bytes, frameHeaderBytes);
  return frame;
}

/** Accepts a stream. */
export function synReplyFrame(streamId: number, headerBlock: Uint8Array): Buffer {
  return controlFrame(controlType.synReply, uint32(streamId), headerBlock);
}

/** SPDY's status code 5. */
const cancelled = 5;

export function rstStreamFrame(streamId: number): Buffer {
  return controlFrame(controlType.rstStream, uint32(streamId), uint32(cancelled));
}

export function pingFrame(id: number): Buffer {
  return controlFrame(controlType.ping, uint32(id));
}

function controlFrame(type: number, ...body: readonly Uint8Array[]): Buffer {
  const length = body.reduce((sum, { length }) => sum + length, 0);
  const header = Buffer.alloc(frameHeaderBytes);
  header.writeUInt16BE(0x8000 | spdyVersion, 0);
  header.writeUInt16BE(type, 2);
  header.writeUIntBE(length, 5, 3);
  return Buffer.concat([header, ...body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
