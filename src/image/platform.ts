import { PodproofError } from '../core/errors.ts';

/** A platform in OCI's words: those of Go. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const goArchitectures: Readonly<Record<string, ImagePlatform>> = {
  x64: { os: 'linux', architecture: 'amd64' },
  arm64: { os: 'linux', architecture: 'arm64', variant: 'v8' },
};

/** This machine's platform; `nodeArch` is `process.arch`. */
export function platformOf(nodeArch: string): ImagePlatform {
  const platform = goArchitectures[nodeArch];
  if (platform === undefined)
    throw new PodproofError('unsupported', `images for "${nodeArch}" are not supported`);
  return platform;
}

/** The entry of an index that fits best: an exact variant, then none, then another; an entry without platform last. */
export function choosePlatform<T extends { readonly platform: ImagePlatform | undefined }>(
  entries: readonly T[],
  wanted: ImagePlatform,
): T | undefined {
  const fits = entries.filter(
    ({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture,
  );
  return (
    fits.find(({ platform }) => platform?.variant === wanted.variant) ??
    fits.find(({ platform }) => platform?.variant === undefined) ??
    fits[0] ??
    entries.find(({ platform }) => platform === undefined)
  );
}

export function formatPlatform(platform: ImagePlatform): string {
  const variant = platform.variant === undefined ? '' : `/${platform.variant}`;
  return `${platform.os}/${platform.architecture}${variant}`;
}
