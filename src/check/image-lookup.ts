import { messageOf } from '../core/errors.ts';
import { openImageFinder } from '../image/image-store.ts';
import type { Workload } from '../manifest/workloads.ts';
import type { FoundImage } from '../predict/image-finder.ts';
import { imageReferencesOf } from '../predict/predict-workload.ts';
import { standsForImage } from '../repository/stands-for-image.ts';
import type { CheckJob, ImageAccess } from './check-job.ts';

/** What is known of an image by its reference. Synchronous; each reference is looked up once. */
export type ImageLookup = (reference: string) => FoundImage;

const NOT_AT_HAND: FoundImage = Object.freeze({ image: undefined });

export function imageLookup({ images, ownImages }: Pick<CheckJob, 'images' | 'ownImages'>): ImageLookup {
  const lookup = lookupIn(images);
  if (ownImages.length === 0) return lookup;
  return (reference) => {
    const own = ownImages.find(([name]) => standsForImage(name, reference));
    return own === undefined ? lookup(reference) : own[1];
  };
}

function lookupIn(access: ImageAccess): ImageLookup {
  if (access.kind === 'none') return () => NOT_AT_HAND;
  if (access.kind === 'found') {
    const images = new Map(access.images);
    return (reference) => images.get(reference) ?? NOT_AT_HAND;
  }
  const known = new Map<string, FoundImage>();
  let find: ReturnType<typeof openImageFinder> | undefined;
  return (reference) => {
    let found = known.get(reference);
    if (found === undefined) {
      found = lookUp(() => {
        find ??= openImageFinder(access.libDir);
        return find(reference);
      });
      known.set(reference, found);
    }
    return found;
  };
}

/** What is known of the images of one workload. */
export function imagesOf(workload: Workload, findImage: ImageLookup): ReadonlyMap<string, FoundImage> {
  const images = new Map<string, FoundImage>();
  for (const reference of imageReferencesOf(workload)) images.set(reference, findImage(reference));
  return images;
}

/** A store that cannot be read is told with every container whose image it might have had. */
function lookUp(find: () => FoundImage['image']): FoundImage {
  try {
    return { image: find() };
  } catch (error) {
    return { image: undefined, problem: messageOf(error) };
  }
}
