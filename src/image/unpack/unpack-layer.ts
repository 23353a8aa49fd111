import { mkdirSync } from 'node:fs';
import { messageOf, PodproofError } from '../../core/errors.ts';
import { decompressed } from '../decompress.ts';
import { algorithmOf, type Digest, hasherFor } from '../digest.ts';
import { type LayerContent, LayerWriter } from './layer-writer.ts';
import type { UnpackLimits } from './limits.ts';
import { TarReader } from './tar-reader.ts';

export interface PackedLayer {
  /** Digest and size of the blob, as the manifest has them. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Digest of the uncompressed archive, as the config has it. */
  readonly diffId: Digest;
}

/**
 * Unpacks a layer into a directory that it makes. `chunks` is the blob as it came, verified on the way; the
 * uncompressed stream is verified against `diffId`. Every error names the layer, and those of the archive its entry. What was
 * unpacked before an error stays in the directory: its maker takes it away.
 */
export async function unpackLayer(
  layer: PackedLayer,
  chunks: AsyncIterable<Uint8Array>,
  directory: string,
  limits: UnpackLimits,
): Promise<LayerContent> {
  mkdirSync(directory, { mode: 0o755 });
  const writer = new LayerWriter(directory, limits);
  try {
    const reader = new TarReader(writer);
    for await (const chunk of uncompressed(layer, chunks, limits)) reader.push(chunk);
    reader.end();
    return writer.finish();
  } catch (error) {
    throw ofLayer(layer, error);
  } finally {
    writer.close();
  }
}

/** The layer's tar archive, verified and held to the limits. */
export async function* uncompressed(
  layer: PackedLayer,
  chunks: AsyncIterable<Uint8Array>,
  limits: UnpackLimits,
): AsyncGenerator<Uint8Array> {
  const hasher = hasherFor(layer.diffId);
  let sizeBytes = 0;
  for await (const chunk of decompressed(chunks)) {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.unpackedBytes)
      throw new PodproofError('invalid', `it unpacks to more than ${limits.unpackedBytes} bytes`);
    if (sizeBytes > limits.ratioFromBytes && sizeBytes > layer.sizeBytes * limits.ratio)
      throw new PodproofError('invalid', `it unpacks to more than ${limits.ratio} times its size (a bomb?)`);
    hasher.update(chunk);
    yield chunk;
  }
  const found = `${algorithmOf(layer.diffId)}:${hasher.digest('hex')}`;
  if (found !== layer.diffId)
    throw new PodproofError(
      'invalid',
      `its uncompressed content is "${found}"; the config says "${layer.diffId}"`,
    );
}

export function ofLayer(layer: PackedLayer, error: unknown): PodproofError {
  if (error instanceof PodproofError && error.code === 'interrupted') return error;
  const code = error instanceof PodproofError ? error.code : 'runtime';
  return new PodproofError(code, `cannot unpack layer "${layer.digest}": ${messageOf(error)}`, {
    cause: error,
  });
}
