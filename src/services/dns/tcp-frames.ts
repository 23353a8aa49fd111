/** A message as it stands in a stream: its length before it (RFC 1035, 4.2.2). */
export function frame(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Takes a stream's messages out of it, however it was cut. */
export class Unframer {
  readonly #maxBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The messages that this completes; undefined when one says that it is longer than allowed. */
  push(chunk: Buffer): readonly Buffer[] | undefined {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    while (this.#rest.length >= 2) {
      const length = this.#rest.readUInt16BE(0);
      if (length > this.#maxBytes) return undefined;
      if (this.#rest.length < length + 2) break;
      messages.push(this.#rest.subarray(2, length + 2));
      this.#rest = this.#rest.subarray(length + 2);
    }
    return messages;
  }
}
