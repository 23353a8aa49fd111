import type { ImageAccess, JudgeSettings } from '../../check/check-job.ts';
import type { CheckUnit } from '../../check/check-unit.ts';
import { imageReferences } from '../../check/image-references.ts';
import type { ImageDoors } from '../../check/own-images.ts';
import { PodproofError } from '../../core/errors.ts';
import type { Image } from '../../image/image.ts';
import type { ImageStore } from '../../image/image-store.ts';
import type { CommandContext } from '../command.ts';
import { findImage, type ImageSearch, openStore, readSource } from '../find-image.ts';

/** Where the check of these units knows images from. Only `pull` touches the network. */
export async function imageAccess(
  search: ImageSearch,
  units: readonly CheckUnit[],
  judge: JudgeSettings,
  context: CommandContext,
): Promise<ImageAccess> {
  if (search === 'never') return { kind: 'none' };
  if (search === 'cached') {
    const { rootLayout } = await import('../../runtime/layout.ts');
    const isEmpty = isSurelyEmpty(await openStore(context));
    return isEmpty ? { kind: 'none' } : { kind: 'store', libDir: rootLayout(context.root).libDir };
  }
  const { pullImages } = await import('./pull-images.ts');
  return { kind: 'found', images: await pullImages(await imageReferences(units, judge), context) };
}

/** A store that cannot be read, such as root's, is told with the images that it might have. */
function isSurelyEmpty(store: ImageStore): boolean {
  try {
    return store.isEmpty();
  } catch {
    return false;
  }
}

/** The same for images that podproof.yaml says where to find, and for their base images. */
export function imageDoors(search: ImageSearch, context: CommandContext): ImageDoors {
  return {
    find: (reference) =>
      search === 'pull' ? pullOne(reference, context) : findImage(search, reference, context),
    readLocal: (source) => readSource(source, context),
  };
}

/** With the patience of a check, which is shorter than that of other commands. */
async function pullOne(reference: string, context: CommandContext): Promise<Image | undefined> {
  const { pullImages } = await import('./pull-images.ts');
  const [found] = await pullImages([reference], context);
  const { image, problem } = found?.[1] ?? {};
  if (problem !== undefined) throw new PodproofError('unavailable', problem);
  return image;
}
