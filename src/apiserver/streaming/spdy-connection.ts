import { Duplex } from 'node:stream';
import { messageOf } from '../../core/errors.ts';
import {
  dataFrame,
  pingFrame,
  rstStreamFrame,
  SpdyError,
  type SpdyFrame,
  SpdyFrameReader,
  synReplyFrame,
} from './spdy-frames.ts';
import { emptyHeaderBlock, HeaderInflater, type SpdyHeaders } from './spdy-headers.ts';

/** At the same time; kubectl has two for each forwarded connection. */
const maxStreams = 1024;
/** What a stream holds of data that nobody has read yet, before the connection waits. */
const heldBytes = 256 * 1024;
const maxDataBytes = 64 * 1024;

/** The serving side of a SPDY/3.1 connection: streams that the client opens, over a transport of bytes. */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #inflater = new HeaderInflater();
  #lastStreamId = 0;
  #lastPingId = 0;
  #hasReplied = false;
  #isHandling = false;

  /** `onStream` is called for every stream at once, before its data is read. */
  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#onStream = onStream;
    transport.on('error', () => {});
  }

  /** Serves until the transport has ended; then so have all streams. Never rejects. */
  async run(): Promise<void> {
    const reader = new SpdyFrameReader();
    let reason = new Error('the client has gone');
    try {
      const chunks: AsyncIterable<Buffer> = this.#transport;
      for await (const chunk of chunks) await this.#handleAll(reader.read(chunk));
    } catch (error) {
      reason = new Error(`the connection broke: ${messageOf(error)}`);
    } finally {
      this.#transport.destroy();
      this.#inflater.close();
      for (const stream of this.#streams.values()) stream.destroy(reason);
    }
  }

  /** Asks the client for a sign of life. */
  ping(): void {
    this.#lastPingId += 2;
    if (this.#transport.writable) this.#transport.write(pingFrame(this.#lastPingId));
  }

  /** Whether a client's frames wait for someone to take what came before them. */
  isHoldingBack(): boolean {
    return this.#isHandling;
  }

  async #handleAll(frames: readonly SpdyFrame[]): Promise<void> {
    this.#isHandling = true;
    for (const frame of frames) await this.#handle(frame);
    this.#isHandling = false;
  }

  async #handle(frame: SpdyFrame): Promise<void> {
    switch (frame.type) {
      case 'syn-stream':
        return this.#open(frame.streamId, frame.fin, await this.#inflater.read(frame.headerBlock));
      case 'headers':
        await this.#inflater.read(frame.headerBlock);
        return;
      case 'data':
        return this.#streams.get(frame.streamId)?.receive(frame.bytes, frame.fin);
      case 'rst-stream':
        this.#streams.get(frame.streamId)?.reset();
        return;
      case 'ping':
        // The client's own are odd; even ones are answers to ours.
        if (frame.id % 2 === 1) await this.#write(pingFrame(frame.id));
        return;
      case 'goaway':
        return;
    }
  }

  async #open(streamId: number, fin: boolean, headers: SpdyHeaders): Promise<void> {
    if (streamId % 2 === 0 || streamId <= this.#lastStreamId) throw new SpdyError(`stream id ${streamId}`);
    if (this.#streams.size >= maxStreams) throw new SpdyError(`more than ${maxStreams} streams`);
    this.#lastStreamId = streamId;
    const stream = new SpdyStream(streamId, headers, {
      write: (frame, done) => this.#transport.write(frame, done),
      forget: () => this.#streams.delete(streamId),
    });
    this.#streams.set(streamId, stream);
    await this.#write(synReplyFrame(streamId, emptyHeaderBlock(!this.#hasReplied)));
    this.#hasReplied = true;
    this.#onStream(stream);
    if (fin) await stream.receive(Buffer.alloc(0), true);
  }

  /** Resolves when the transport has taken it: a client that does not read holds up those who write to it. */
  #write(frame: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#transport.write(frame, (error) => (error ? reject(error) : resolve()));
    });
  }
}

function ignore(): void {}

interface StreamOwner {
  write(frame: Buffer, done: (error?: Error | null) => void): void;
  forget(): void;
}

/** One stream of a connection; each direction ends by itself. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #owner: StreamOwner;
  #onRoom: (() => void) | undefined;
  #wasReset = false;
  #hasEnded = false;

  constructor(id: number, headers: SpdyHeaders, owner: StreamOwner) {
    super({ allowHalfOpen: true, readableHighWaterMark: heldBytes });
    this.id = id;
    this.headers = headers;
    this.#owner = owner;
    this.on('error', () => {});
  }

  /** Resolves when there is room for more. */
  async receive(bytes: Buffer, fin: boolean): Promise<void> {
    if (this.destroyed || this.#hasEnded) return;
    const hasRoom = bytes.length === 0 || this.push(bytes);
    this.#hasEnded = fin;
    if (fin) this.push(null);
    else if (!hasRoom)
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
  }

  /** The client wants no more of it. */
  reset(): void {
    this.#wasReset = true;
    this.destroy();
  }

  override _read(): void {
    this.#goOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    for (let offset = 0; offset < chunk.length; offset += maxDataBytes) {
      const end = offset + maxDataBytes;
      const frame = dataFrame(this.id, chunk.subarray(offset, end), false);
      this.#owner.write(frame, end < chunk.length ? ignore : done);
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#owner.write(dataFrame(this.id, Buffer.alloc(0), true), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const isOver = this.readableEnded && this.writableFinished;
    this.#owner.forget();
    this.#goOn();
    if (!isOver && !this.#wasReset) this.#owner.write(rstStreamFrame(this.id), ignore);
    done(error);
  }

  #goOn(): void {
    this.#onRoom?.();
    this.#onRoom = undefined;
  }
}
