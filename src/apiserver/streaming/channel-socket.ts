import { Readable, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** Of `v5.channel.k8s.io`: the message's second byte is the channel that ends. */
const closeChannel = 255;
const normalClosure = 1000;
const unsupportedData = 1003;
const heldBytes = 256 * 1024;
const goneText = 'the client has gone';

/** Kubernetes' channels over a WebSocket: binary messages, whose first byte is the channel's number. */
export class ChannelSocket {
  readonly #webSocket: WebSocket;
  readonly #readers = new Map<number, ChannelReader>();
  readonly #gone = new AbortController();
  #isClosing = false;

  constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) this.#receive(data);
      else webSocket.close(unsupportedData);
    });
    webSocket.on('close', () => {
      if (!this.#isClosing) this.#gone.abort();
      for (const reader of this.#readers.values()) reader.destroy();
    });
  }

  /** Aborted when the client leaves before `close()`. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** What the client sends on a channel, message by message while it is read at once. To be called in the turn of the upgrade. */
  reader(channel: number): Readable {
    const reader = new ChannelReader(
      () => this.#webSocket.pause(),
      () => this.#webSocket.resume(),
    );
    this.#readers.set(channel, reader);
    return reader;
  }

  writer(channel: number): Writable {
    const writer = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#send(channel, chunk, done);
      },
    });
    writer.on('error', () => {});
    this.signal.addEventListener('abort', () => writer.destroy(new Error(goneText)));
    return writer;
  }

  /** The normal end: kubectl takes any other for an error. */
  close(): void {
    this.#isClosing = true;
    // What a client still sends must not keep its close frame from being read.
    for (const reader of this.#readers.values()) reader.destroy();
    this.#webSocket.close(normalClosure);
  }

  #receive(data: RawData): void {
    const message = Buffer.isBuffer(data)
      ? data
      : Buffer.concat([data].flat().map((part) => new Uint8Array(part)));
    const channel = message[0];
    if (channel === undefined) return;
    if (channel === closeChannel) this.#readers.get(message[1] ?? closeChannel)?.end();
    else if (message.length > 1) this.#readers.get(channel)?.receive(message.subarray(1));
  }

  #send(channel: number, bytes: Buffer, done: (error?: Error | null) => void): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return done(new Error(goneText));
    const message = Buffer.allocUnsafe(bytes.length + 1);
    message[0] = channel;
    message.set(bytes, 1);
    this.#webSocket.send(message, (error) => done(error));
  }
}

class ChannelReader extends Readable {
  readonly #pauseClient: () => void;
  readonly #resumeClient: () => void;
  #isHoldingBack = false;
  #hasEnded = false;

  constructor(pauseClient: () => void, resumeClient: () => void) {
    super({ highWaterMark: heldBytes });
    this.#pauseClient = pauseClient;
    this.#resumeClient = resumeClient;
    this.on('error', () => {});
  }

  receive(bytes: Buffer): void {
    if (this.destroyed || this.#hasEnded || this.push(bytes)) return;
    this.#isHoldingBack = true;
    this.#pauseClient();
  }

  end(): void {
    if (this.destroyed || this.#hasEnded) return;
    this.#hasEnded = true;
    this.push(null);
  }

  override _read(): void {
    this.#letGo();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#letGo();
    done(error);
  }

  #letGo(): void {
    if (!this.#isHoldingBack) return;
    this.#isHoldingBack = false;
    this.#resumeClient();
  }
}
