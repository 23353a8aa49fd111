import type { BuiltImage } from './oci-layout.ts';
import { type TestEntry, writeTar } from './tar.ts';

/** An image as `docker save` wrote it before it also was an OCI layout: uncompressed layers, the config by its digest. */
export function writeDockerArchive(
  image: BuiltImage,
  layerTars: readonly Uint8Array[],
  tags: readonly string[],
): Buffer {
  const config = `${image.configDigest.slice(7)}.json`;
  const layers = image.diffIds.map((diffId) => `${diffId.slice(7)}/layer.tar`);
  const manifest = [{ Config: config, RepoTags: tags, Layers: layers }];
  const entries: TestEntry[] = [
    { path: config, content: image.blobs.get(image.configDigest) ?? '' },
    ...layers.map((path, i) => ({ path, content: layerTars[i] ?? '' })),
    { path: 'manifest.json', content: JSON.stringify(manifest) },
  ];
  return writeTar(entries);
}
