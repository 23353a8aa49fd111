import { messageOf, PodproofError } from '../core/errors.ts';

/** zlib hands over this much at a time; while it is being written, the thread pool inflates the next. */
const outputChunkBytes = 256 * 1024;
/** A zstd block of 4 bytes can mean 128 KiB: with slices of this size at most 32 MiB come out of one step. */
const zstdSliceBytes = 1024;

/** Undoes gzip or zstd, told by the first bytes; a plain stream goes through unchanged. */
export async function* decompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new Peekable(chunks);
  const head = await source.peek(6);
  if (startsWith(head, [0x1f, 0x8b])) yield* gunzipped(source);
  else if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]) || isZstdSkippable(head)) yield* unzstd(source.rest());
  else if (startsWith(head, [0x42, 0x5a, 0x68])) throw unsupported('bzip2');
  else if (startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a])) throw unsupported('xz');
  else yield* source.rest();
}

async function* gunzipped(source: Peekable): AsyncGenerator<Uint8Array> {
  const { createGunzip } = await import('node:zlib');
  const { pipeline, Readable } = await import('node:stream');
  const gunzip = createGunzip({ chunkSize: outputChunkBytes, highWaterMark: 4 * outputChunkBytes } as object);
  let failure: unknown;
  pipeline(
    Readable.from(source.rest(), { objectMode: false, highWaterMark: outputChunkBytes }),
    gunzip,
    (error) => {
      failure = error ?? undefined;
    },
  );
  try {
    const chunks: AsyncIterable<Uint8Array> = gunzip;
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    throw readable(failure ?? error, 'gzip');
  }
  // zlib stops at the end of the compressed data; what follows would otherwise escape the verification of the blob.
  if (!source.ended) throw new PodproofError('invalid', 'there is data after the end of the gzip stream');
}

async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  let out: Uint8Array[] = [];
  const decompress = new Decompress((data) => out.push(data));
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += zstdSliceBytes) {
      inZstd(() => decompress.push(chunk.slice(start, start + zstdSliceBytes)));
      yield* out;
      out = [];
    }
  }
  inZstd(() => decompress.push(new Uint8Array(0), true));
  yield* out;
}

function inZstd(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw readable(error, 'zstd');
  }
}

function readable(error: unknown, format: string): unknown {
  if (error instanceof PodproofError) return error;
  return new PodproofError('invalid', `the ${format} stream is broken: ${messageOf(error)}`, {
    cause: error,
  });
}

function unsupported(format: string): PodproofError {
  return new PodproofError(
    'unsupported',
    `${format} compression is not supported; gzip, zstd and plain tar are`,
  );
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

function isZstdSkippable(head: Uint8Array): boolean {
  return ((head[0] ?? 0) & 0xf0) === 0x50 && startsWith(head.subarray(1), [0x2a, 0x4d, 0x18]);
}

/** A stream whose first bytes can be looked at; it knows whether its end was reached. */
class Peekable {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #head: Uint8Array[] = [];
  ended = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  async peek(length: number): Promise<Uint8Array> {
    let have = 0;
    while (have < length) {
      const next = await this.#iterator.next();
      if (next.done === true) {
        this.ended = true;
        break;
      }
      this.#head.push(next.value);
      have += next.value.length;
    }
    return Buffer.concat(this.#head).subarray(0, length);
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    try {
      for (const chunk of this.#head) if (chunk.length > 0) yield chunk;
      this.#head = [];
      while (!this.ended) {
        const next = await this.#iterator.next();
        if (next.done === true) this.ended = true;
        else yield next.value;
      }
    } finally {
      if (!this.ended) await this.#iterator.return?.();
    }
  }
}
