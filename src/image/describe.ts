import type { Image } from './image.ts';
import { type ImagePlatform, platformOf } from './platform.ts';
import type { RegistryOptions } from './registry-options.ts';
import type { Source } from './sources/source.ts';
import { defaultUnpackLimits, type UnpackLimits } from './unpack/limits.ts';

/** How an image is read; everything may be left out. */
export interface DescribeOptions {
  readonly platform?: ImagePlatform;
  readonly registry?: RegistryOptions;
  readonly limits?: Partial<UnpackLimits>;
}

/**
 * What a source says of an image, without the store and without unpacking it. From a registry only the manifest and the config
 * are read, so that its accounts stay unknown; local layers are read through for them.
 */
export async function describeImage(from: string | Source, options: DescribeOptions = {}): Promise<Image> {
  const platform = options.platform ?? platformOf(process.arch);
  const source = typeof from === 'string' ? await open(from, platform, options.registry) : from;
  try {
    const { digest, config, layers } = await source.resolve();
    const image = { reference: source.text, digest, config };
    if (!source.isLocal) return { ...image, accounts: undefined };
    const { readPackedAccounts } = await import('./sources/packed-accounts.ts');
    const limits = { ...defaultUnpackLimits, ...options.limits };
    return { ...image, accounts: await readPackedAccounts(layers, limits) };
  } finally {
    await source.close();
  }
}

async function open(from: string, platform: ImagePlatform, registry: RegistryOptions = {}): Promise<Source> {
  const { openSource } = await import('./sources/open-source.ts');
  return openSource(from, platform, registry);
}
