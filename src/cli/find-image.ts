import type { Image } from '../image/image.ts';
import type { ImageStore } from '../image/image-store.ts';
import type { ImageFinder } from '../predict/image-finder.ts';
import type { CommandContext } from './command.ts';
import type { Surroundings } from './registry-settings.ts';

/** Where an image may be looked for: nowhere, in the local store, or there and in registries. */
export type ImageSearch = 'never' | 'cached' | 'pull';

/** Images by their names, as far as they are known there; layers are never pulled for it. */
export async function imageFinder(where: ImageSearch, context: CommandContext): Promise<ImageFinder> {
  if (where === 'never') return { find: () => Promise.resolve(undefined) };
  const store = await openStore(context);
  return {
    find: async (reference) =>
      store.find(reference) ?? (where === 'pull' ? readSource(reference, context) : undefined),
  };
}

/** One image by its name. */
export async function findImage(
  where: ImageSearch,
  reference: string,
  context: CommandContext,
): Promise<Image | undefined> {
  return (await imageFinder(where, context)).find(reference);
}

/** An image where it lies: `oci:DIR`, an archive, or in its registry. From a registry only its config is read. */
export async function readSource(source: string, context: CommandContext): Promise<Image> {
  const [{ describeImage }, { readRegistrySettings }] = await Promise.all([
    import('../image/describe.ts'),
    import('./registry-settings.ts'),
  ]);
  const image = await describeImage(source, await readRegistrySettings(context));
  return { ...image, reference: source };
}

/** The store of the root that the command works on. */
export async function openStore(context: Surroundings): Promise<ImageStore> {
  const [{ openImageStore }, { rootLayout }, { readRegistrySettings }] = await Promise.all([
    import('../image/image-store.ts'),
    import('../runtime/layout.ts'),
    import('./registry-settings.ts'),
  ]);
  return openImageStore(rootLayout(context.root).libDir, await readRegistrySettings(context));
}
