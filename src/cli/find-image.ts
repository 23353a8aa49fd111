import type { Image } from '../image/image.ts';
import type { ImageStore } from '../image/image-store.ts';
import type { RegistryOptions } from '../image/registry-options.ts';
import type { CommandContext } from './command.ts';

/** Where an image may be looked for: nowhere, in the local store, or there and in registries. */
export type ImageSearch = 'never' | 'cached' | 'pull';

/** An image by its name, as far as it is known there; layers are never pulled for it. */
export async function findImage(
  where: ImageSearch,
  reference: string,
  context: CommandContext,
): Promise<Image | undefined> {
  if (where === 'never') return undefined;
  const store = await openStore(context);
  const stored = store.find(reference);
  return stored ?? (where === 'pull' ? readSource(reference, context) : undefined);
}

/** An image where it lies: `oci:DIR`, an archive, or in its registry. From a registry only its config is read. */
export async function readSource(source: string, context: CommandContext): Promise<Image> {
  const { describeImage } = await import('../image/describe.ts');
  const image = await describeImage(source, { registry: registryOptions(context) });
  return { ...image, reference: source };
}

/** The store of the root that the command works on. */
export async function openStore(context: CommandContext): Promise<ImageStore> {
  const [{ openImageStore }, { rootLayout }] = await Promise.all([
    import('../image/image-store.ts'),
    import('../runtime/layout.ts'),
  ]);
  return openImageStore(rootLayout(context.root).libDir, { registry: registryOptions(context) });
}

/** What podproof knows of registries: Docker's own credentials. */
function registryOptions({ env, signal }: CommandContext): RegistryOptions {
  const config = env['DOCKER_CONFIG'] ?? (env['HOME'] === undefined ? undefined : `${env['HOME']}/.docker`);
  return { signal, ...(config !== undefined && { dockerConfigPath: `${config}/config.json` }) };
}
