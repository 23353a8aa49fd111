import { join } from 'node:path';
import { PodproofError } from '../../core/errors.ts';
import { readAccounts } from '../accounts.ts';
import { decodeImageConfig, decodeManifestOrIndex, isIndexValue, type Manifest } from '../config.ts';
import { algorithmOf, type Digest, digestFileName, digestOf } from '../digest.ts';
import type { ImageConfig, UnpackedImage } from '../image.ts';
import { readOptional } from './json-file.ts';
import { layerRoot, readLayerRecord } from './layer-store.ts';
import { unpackedView } from './unpacked-view.ts';

/** Where a manifest or a config lies in the store. */
export function blobPath(dir: string, digest: Digest): string {
  return join(dir, 'blobs', digestFileName(digest));
}

export function readManifest(dir: string, digest: Digest): Manifest {
  const manifest = decodeManifestOrIndex(readBlob(dir, digest), `manifest "${digest}" of the store`);
  if (isIndexValue(manifest)) throw new PodproofError('invalid', `the store has an index at "${digest}"`);
  return manifest;
}

export function readConfig(dir: string, manifest: Manifest): ImageConfig {
  const { digest } = manifest.config;
  return decodeImageConfig(readBlob(dir, digest), `image config "${digest}" of the store`);
}

/** The image of a manifest that the store has, with its accounts. */
export function readImage(dir: string, digest: Digest, reference: string): UnpackedImage {
  const config = readConfig(dir, readManifest(dir, digest));
  const diffIds = lowerLayers(config);
  const layersDir = join(dir, 'layers');
  const views = diffIds.map((diffId) => {
    const record = readLayerRecord(layersDir, diffId);
    if (record === undefined) throw damaged(`layer "${diffId}" of image "${reference}"`);
    return unpackedView(layerRoot(layersDir, diffId), new Set(record.opaqueDirs));
  });
  return {
    reference,
    digest,
    config,
    accounts: readAccounts(views),
    layerDirs: diffIds.map((diffId) => layerRoot(layersDir, diffId)),
  };
}

/** Unpacked size of an image's layers. */
export function layersSizeOf(dir: string, manifest: Digest): number {
  const diffIds = lowerLayers(readConfig(dir, readManifest(dir, manifest)));
  const sizes = diffIds.map((diffId) => readLayerRecord(join(dir, 'layers'), diffId)?.sizeBytes ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Top-most first. A layer that an image has twice stands only at its upper place: overlay refuses one directory twice, and
 * whatever the lower copy has or hides, the upper one has or hides as well.
 */
export function lowerLayers(config: ImageConfig): readonly Digest[] {
  return [...new Set([...config.rootfs.diff_ids].reverse())];
}

function readBlob(dir: string, digest: Digest): Buffer {
  const bytes = readOptional(blobPath(dir, digest));
  if (bytes === undefined || digestOf(bytes, algorithmOf(digest)) !== digest)
    throw damaged(`blob "${digest}"`);
  return bytes;
}

function damaged(what: string): PodproofError {
  return new PodproofError('invalid', `the image store is damaged: ${what} is missing or broken`, {
    advice: 'load the image again',
  });
}
