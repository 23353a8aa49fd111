import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ContainerConfig } from '../../src/image/image.ts';
import { type TestEntry, writeTar } from './tar.ts';

export interface TestLayer {
  /** The layer's entries, or a whole archive as it is. */
  readonly entries?: readonly TestEntry[];
  readonly tar?: Uint8Array;
  /** The blob as it lies in the layout; made from the archive when left out. */
  readonly blob?: Uint8Array;
  readonly mediaType?: string;
  readonly compression?: 'gzip' | 'none';
  /** Instead of the true ones. */
  readonly digest?: string;
  readonly sizeBytes?: number;
  readonly diffId?: string;
}

export interface TestImage {
  /** Lowest first, as in a manifest. A list of entries is a gzip layer. */
  readonly layers: readonly (TestLayer | readonly TestEntry[])[];
  readonly config?: ContainerConfig;
  readonly refName?: string;
  readonly architecture?: string;
  readonly os?: string;
  /** The config's bytes instead of proper ones. */
  readonly configBytes?: Uint8Array;
}

export interface BuiltImage {
  readonly manifestDigest: string;
  readonly manifestBytes: Buffer;
  readonly configDigest: string;
  readonly diffIds: readonly string[];
  readonly layerDigests: readonly string[];
  /** Every blob by its digest, the manifest too. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** An image in memory: what `writeLayout` writes, and what tests push into registries. */
export function buildTestImage(image: TestImage): BuiltImage {
  const blobs = new Map<string, Uint8Array>();
  const layers = image.layers.map((layer) => buildLayer(isList(layer) ? { entries: layer } : layer));
  for (const { digest, blob } of layers) blobs.set(digest, blob);
  const configBytes =
    image.configBytes ??
    json(
      configOf(
        image,
        layers.map(({ diffId }) => diffId),
      ),
    );
  const configDigest = sha256(configBytes);
  blobs.set(configDigest, configBytes);
  const manifestBytes = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: configDigest,
      size: configBytes.length,
    },
    layers: layers.map(({ mediaType, digest, sizeBytes }) => ({ mediaType, digest, size: sizeBytes })),
  });
  const manifestDigest = sha256(manifestBytes);
  blobs.set(manifestDigest, manifestBytes);
  return {
    manifestDigest,
    manifestBytes,
    configDigest,
    diffIds: layers.map(({ diffId }) => diffId),
    layerDigests: layers.map(({ digest }) => digest),
    blobs,
  };
}

/** Writes an OCI image layout into a directory, which is made when missing. */
export function writeLayout(dir: string, ...images: readonly TestImage[]): BuiltImage {
  const built = images.map(buildTestImage);
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  for (const { blobs } of built)
    for (const [digest, bytes] of blobs) writeFileSync(join(dir, 'blobs/sha256', digest.slice(7)), bytes);
  writeFileSync(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const manifests = built.map(({ manifestDigest, manifestBytes }, i) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: manifestDigest,
    size: manifestBytes.length,
    ...(images[i]?.refName === undefined
      ? {}
      : { annotations: { 'org.opencontainers.image.ref.name': images[i].refName } }),
  }));
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  const [first] = built;
  if (first === undefined) throw new Error('a layout needs an image');
  return first;
}

function isList(layer: TestLayer | readonly TestEntry[]): layer is readonly TestEntry[] {
  return Array.isArray(layer);
}

function buildLayer(layer: TestLayer): {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly diffId: string;
  readonly blob: Uint8Array;
} {
  const tar = layer.tar ?? writeTar(layer.entries ?? []);
  const isPlain = layer.compression === 'none';
  const blob = layer.blob ?? (isPlain ? tar : gzipSync(tar));
  return {
    mediaType: layer.mediaType ?? `application/vnd.oci.image.layer.v1.tar${isPlain ? '' : '+gzip'}`,
    digest: layer.digest ?? sha256(blob),
    sizeBytes: layer.sizeBytes ?? blob.length,
    diffId: layer.diffId ?? sha256(tar),
    blob,
  };
}

function configOf(image: TestImage, diffIds: readonly string[]): object {
  return {
    architecture: image.architecture ?? (process.arch === 'arm64' ? 'arm64' : 'amd64'),
    os: image.os ?? 'linux',
    config: image.config ?? {},
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
