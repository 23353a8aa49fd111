import { messageOf } from '../core/errors.ts';
import type { Image } from '../image/image.ts';

/** Where a prediction gets its images from: the store, a registry, or nothing at all. */
export interface ImageFinder {
  /** Undefined when the image cannot be had from there. May throw; the reason is then reported with the container. */
  find(reference: string): Promise<Image | undefined> | Image | undefined;
}

/** What was found for one reference; `problem` says why nothing was, where anybody knows. */
export interface FoundImage {
  readonly image: Image | undefined;
  readonly problem?: string;
}

/** Looks every reference up, each once and all at the same time. */
export async function findImages(
  references: Iterable<string>,
  finder: ImageFinder,
): Promise<ReadonlyMap<string, FoundImage>> {
  const found = [...new Set(references)].map(
    async (reference) => [reference, await findImage(reference, finder)] as const,
  );
  return new Map(await Promise.all(found));
}

async function findImage(reference: string, finder: ImageFinder): Promise<FoundImage> {
  try {
    return { image: await finder.find(reference) };
  } catch (error) {
    return { image: undefined, problem: messageOf(error) };
  }
}
