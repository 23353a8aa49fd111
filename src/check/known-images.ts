import { PodproofError } from '../core/errors.ts';
import { decodeContainerConfig, isJsonObject } from '../image/config.ts';
import type { ContainerConfig, Image } from '../image/image.ts';
import type { FoundImage, ImageFinder } from '../predict/image-finder.ts';
import { standsForImage } from '../repository/stands-for-image.ts';

/**
 * What is known of images, by their references; a name without a tag stands for all of its tags. Of each either what
 * `describeImage` answers, or its configuration as `docker inspect` shows it under `Config`, or the part of it that matters:
 * `{ User: '1654' }`. What a configuration leaves out the image does not set: without `User` it runs as root.
 */
export type KnownImages = Readonly<Record<string, Image | ContainerConfig>>;

/** As look-ups take them: the most particular name first. Throws `usage` for what describes no image. */
export function foundImages(images: KnownImages): readonly (readonly [reference: string, FoundImage])[] {
  if (!isJsonObject(images)) {
    throw new PodproofError(
      'usage',
      "cannot use the option \"images\": write what is known by reference, as { 'web:1.0': { User: '1654' } }",
    );
  }
  return Object.entries(images)
    .map(([reference, known]) => [reference, { image: imageOf(reference, known) }] as const)
    .toSorted(([a], [b]) => b.length - a.length);
}

/** Images by their references, from wherever a program has them. */
export function imageFinderOf(images: KnownImages | ImageFinder): ImageFinder {
  if (isImageFinder(images)) return images;
  const found = foundImages(images);
  return {
    find: (reference) => found.find(([name]) => standsForImage(name, reference))?.[1].image,
  };
}

export function isImageFinder(images: KnownImages | ImageFinder): images is ImageFinder {
  return 'find' in images && typeof images.find === 'function';
}

function imageOf(reference: string, known: unknown): Image {
  const what = `images["${reference}"]`;
  if (!isJsonObject(known)) throw unusable(what, 'expected an object', "write  { User: '1654' }");
  if (isImage(known)) return known;
  for (const member of ['Config', 'config']) {
    if (isJsonObject(known[member])) {
      throw unusable(
        what,
        "it is the description around an image's configuration",
        `pass its member "${member}"`,
      );
    }
  }
  for (const key of Object.keys(known)) {
    const meant = MEMBERS.find((member) => member !== key && member.toLowerCase() === key.toLowerCase());
    if (meant !== undefined) throw unusable(what, `it has no member "${key}"`, `did you mean "${meant}"`);
  }
  return {
    reference,
    digest: '',
    config: {
      architecture: 'amd64',
      os: 'linux',
      config: decodeContainerConfig(known, what),
      rootfs: { type: 'layers', diff_ids: [] },
    },
    accounts: undefined,
  };
}

/** What an image's configuration has; Docker writes more, which nobody asks for. */
const MEMBERS: readonly (keyof ContainerConfig)[] = [
  'User',
  'Env',
  'ExposedPorts',
  'Volumes',
  'Entrypoint',
  'Cmd',
  'WorkingDir',
  'Labels',
  'StopSignal',
];

function isImage(
  known: Readonly<Record<string, unknown>>,
): known is Readonly<Record<string, unknown>> & Image {
  return isJsonObject(known['config']) && isJsonObject(known['config']['config']);
}

function unusable(what: string, problem: string, advice: string): PodproofError {
  return new PodproofError('usage', `cannot use ${what}: ${problem}: ${advice}`);
}
