/** Media types of Docker's schema 2 and of OCI; both families mean the same things. */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
} as const;

/** What a client accepts as a manifest, in its order of preference. */
export const acceptedManifests: readonly string[] = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerManifestList,
  mediaTypes.dockerManifest,
];

export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerManifestList;
}

export function isManifest(mediaType: string): boolean {
  return mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest;
}

export function isConfig(mediaType: string): boolean {
  return mediaType === mediaTypes.ociConfig || mediaType === mediaTypes.dockerConfig;
}

/**
 * Why a layer of this media type is refused, or undefined when it is fine. The compression is read from the bytes, as
 * Docker does: writers of images get the suffix wrong.
 */
export function layerRefusal(mediaType: string): string | undefined {
  if (/\.nondistributable\.|\.foreign\./.test(mediaType))
    return 'its content may not be distributed (a foreign layer, such as those of Windows base images)';
  if (mediaType.endsWith('+encrypted')) return 'it is encrypted';
  const plain = mediaType.replace(/[.+](?:gzip|zstd)$/, '');
  if (plain === mediaTypes.ociLayer || plain === mediaTypes.dockerLayer) return undefined;
  return 'it is not a file system layer (an artifact, not a container image?)';
}
