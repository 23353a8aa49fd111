import { messageOf } from '../core/errors.ts';
import type { Image } from '../image/image.ts';
import type { FoundImage, ImageFinder } from '../predict/image-finder.ts';
import type { ImageSource } from '../repository/check-config.ts';
import { imageFromDockerfile } from './image-from-dockerfile.ts';

/** How images are come by. */
export interface ImageDoors extends ImageFinder {
  /** What names a place on this machine: `oci:DIR`, `docker-archive:TAR`. */
  readLocal(source: string): Promise<Image>;
}

/**
 * The images that podproof.yaml says where to find, read once: from a layout or an archive of this machine, from the
 * Dockerfile that builds them, or under another name.
 */
export async function ownImages(
  sources: readonly ImageSource[],
  doors: ImageDoors,
): Promise<readonly (readonly [reference: string, found: FoundImage])[]> {
  return await Promise.all(
    sources.map(async (source) => {
      const read = 'from' in source ? fromElsewhere(source.from, doors) : fromDockerfile(source, doors);
      return [source.name, await read.catch((error: unknown) => notRead(source, error))] as const;
    }),
  );
}

function notRead(source: ImageSource, error: unknown): FoundImage {
  const where = 'from' in source ? source.from : source.dockerfile;
  return { image: undefined, problem: `podproof.yaml says to read it from "${where}": ${messageOf(error)}` };
}

/** What names a file of this machine is read whatever `--images` says; a registry is only asked with `pull`. */
async function fromElsewhere(from: string, doors: ImageDoors): Promise<FoundImage> {
  const isLocal = /^(?:oci|oci-archive|docker-archive):/.test(from);
  return { image: await (isLocal ? doors.readLocal(from) : doors.find(from)) };
}

async function fromDockerfile(
  { dockerfile, target, buildArgs }: Extract<ImageSource, { dockerfile: string }>,
  images: ImageFinder,
): Promise<FoundImage> {
  const options = { buildArgs, images, ...(target !== undefined && { target }) };
  try {
    return { image: await imageFromDockerfile(dockerfile, options) };
  } catch (error) {
    return { image: undefined, problem: messageOf(error) };
  }
}
