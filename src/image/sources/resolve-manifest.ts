import { PodproofError } from '../../core/errors.ts';
import {
  type Descriptor,
  decodeImageConfig,
  decodeManifestOrIndex,
  type Index,
  isIndexValue,
  type Manifest,
  maxConfigBytes,
  maxManifestBytes,
} from '../config.ts';
import type { Digest } from '../digest.ts';
import { choosePlatform, formatPlatform, type ImagePlatform } from '../platform.ts';
import { fewNames } from './few-names.ts';
import type { BlobReader, ResolvedImage } from './source.ts';

const maxIndexDepth = 4;

/** The image that a manifest, or the index above it, stands for on this platform. */
export async function resolveManifest(
  bytes: Uint8Array,
  digest: Digest,
  blobs: BlobReader,
  platform: ImagePlatform,
  name: string | undefined,
): Promise<ResolvedImage> {
  const found = await findManifest(bytes, digest, blobs, platform);
  const { manifest } = found;
  const configBytes = await blobs.read(manifest.config, maxConfigBytes);
  const config = decodeImageConfig(configBytes, `image config "${manifest.config.digest}"`);
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== manifest.layers.length)
    throw new PodproofError(
      'invalid',
      `cannot read image "${found.digest}": its manifest has ${manifest.layers.length} layers, its config ${diffIds.length}`,
    );
  return {
    digest: found.digest,
    topDigest: digest,
    manifestBytes: found.bytes,
    mediaType: manifest.mediaType,
    configDigest: manifest.config.digest,
    configBytes,
    config,
    name,
    layers: manifest.layers.map((layer, i) => ({
      digest: layer.digest,
      sizeBytes: layer.sizeBytes,
      diffId: diffIds[i] ?? '',
      open: () => blobs.open(layer),
    })),
  };
}

async function findManifest(
  bytes: Uint8Array,
  digest: Digest,
  blobs: BlobReader,
  platform: ImagePlatform,
): Promise<{ readonly manifest: Manifest; readonly bytes: Uint8Array; readonly digest: Digest }> {
  let current = { bytes, digest };
  for (let depth = 0; depth < maxIndexDepth; depth++) {
    const value = decodeManifestOrIndex(current.bytes, `manifest "${current.digest}"`);
    if (!isIndexValue(value)) return { manifest: value, ...current };
    const chosen = chooseManifest(value, current.digest, platform);
    current = { bytes: await blobs.read(chosen, maxManifestBytes), digest: chosen.digest };
  }
  throw new PodproofError(
    'invalid',
    `cannot read image index "${digest}": more than ${maxIndexDepth} indexes within each other`,
  );
}

function chooseManifest(index: Index, digest: Digest, platform: ImagePlatform): Descriptor {
  const chosen = choosePlatform(index.manifests, platform);
  if (chosen !== undefined) return chosen;
  const offered = index.manifests.map((it) =>
    it.platform === undefined ? 'unknown' : formatPlatform(it.platform),
  );
  throw new PodproofError(
    'unsupported',
    `image index "${digest}" has nothing for ${formatPlatform(platform)}; it has ${fewNames(offered, 'no image')}`,
  );
}
