import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';

/** One file of a layer. Owner 0:0, mode 0644 (files) or 0755 (directories) unless said otherwise. */
export interface LayerFile {
  readonly path: string;
  readonly type?: Header['type'];
  readonly content?: Buffer | string;
  readonly linkname?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A layer's bytes and its diff id, the digest of the tar without its compression. */
export interface Layer {
  readonly digest: string;
  readonly tar: Buffer;
}

export interface ImageDefinition {
  /** The name it is loaded under. */
  readonly reference: string;
  readonly layers: readonly Layer[];
  /** The `config` member of the OCI image configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** When the layers' bytes are not a plain tar. */
  readonly layerMediaType?: string;
}

export const LAYER_MEDIA_TYPE = 'application/vnd.oci.image.layer.v1.tar';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export async function buildLayer(files: readonly LayerFile[]): Promise<Layer> {
  const stream = pack();
  const collected = buffer(stream);
  for (const file of files) {
    const type = file.type ?? 'file';
    const header: Pick<Header, 'name'> & Partial<Header> = {
      name: file.path,
      type,
      mode: file.mode ?? (type === 'directory' ? 0o755 : 0o644),
      uid: file.uid ?? 0,
      gid: file.gid ?? 0,
      mtime: new Date(0),
      ...(file.linkname === undefined ? {} : { linkname: file.linkname }),
    };
    if (type === 'file') stream.entry(header, file.content ?? '');
    else stream.entry(header);
  }
  stream.finalize();
  const tar = await collected;
  return { digest: digestOf(tar), tar };
}

/** Writes an OCI image layout that holds all the images; each is named by `org.opencontainers.image.ref.name`. */
export async function writeLayout(dir: string, images: readonly ImageDefinition[]): Promise<void> {
  const blobs = join(dir, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const writeBlob = async (content: Buffer) => {
    const digest = digestOf(content);
    await writeFile(join(blobs, digest.slice('sha256:'.length)), content);
    return { digest, size: content.length };
  };
  const manifests = [];
  for (const image of images) {
    const config = await writeBlob(
      json({
        architecture: ARCHITECTURES[process.arch] ?? process.arch,
        os: 'linux',
        config: image.config,
        rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.digest) },
      }),
    );
    const layers = [];
    for (const layer of image.layers) layers.push(await writeBlob(layer.tar));
    const manifest = await writeBlob(
      json({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: layers.map((layer) => ({ mediaType: image.layerMediaType ?? LAYER_MEDIA_TYPE, ...layer })),
      }),
    );
    manifests.push({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      ...manifest,
      annotations: { 'org.opencontainers.image.ref.name': image.reference },
    });
  }
  await writeFile(join(dir, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  await writeFile(
    join(dir, 'index.json'),
    json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }),
  );
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
