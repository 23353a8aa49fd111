import { PodproofError } from '../core/errors.ts';
import { algorithmOf, type Digest, digestOf, hasherFor } from './digest.ts';

export interface Expected {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/**
 * The same chunks, verified on the way: it throws as soon as the stream is longer than announced, and at its end when
 * it is shorter or its digest is another. Whoever reads to the end without an error has the right bytes.
 */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  expected: Expected,
): AsyncGenerator<Uint8Array> {
  const hasher = hasherFor(expected.digest);
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > expected.sizeBytes)
      throw wrongSize(expected, `more than ${expected.sizeBytes} bytes were sent`);
    hasher.update(chunk);
    yield chunk;
  }
  if (sizeBytes < expected.sizeBytes) throw wrongSize(expected, `it ended after ${sizeBytes} bytes`);
  const found = `${algorithmOf(expected.digest)}:${hasher.digest('hex')}`;
  if (found !== expected.digest) throw wrongDigest(expected.digest, found);
}

/** Verifies bytes that are at hand as a whole. */
export function verifyBytes(bytes: Uint8Array, expected: Expected): Uint8Array {
  if (bytes.length !== expected.sizeBytes) throw wrongSize(expected, `it has ${bytes.length} bytes`);
  const found = digestOf(bytes, algorithmOf(expected.digest));
  if (found !== expected.digest) throw wrongDigest(expected.digest, found);
  return bytes;
}

function wrongSize(expected: Expected, found: string): PodproofError {
  return new PodproofError(
    'invalid',
    `blob "${expected.digest}" has the wrong size: ${expected.sizeBytes} bytes were announced, ${found}`,
  );
}

function wrongDigest(expected: Digest, found: Digest): PodproofError {
  return new PodproofError(
    'invalid',
    `blob "${expected}" is not what its digest says: its bytes are "${found}"`,
  );
}
