import { PodproofError } from '../core/errors.ts';
import type { Image } from '../image/image.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { findImages, type ImageFinder } from '../predict/image-finder.ts';
import { imageFinderOf, type KnownImages } from './known-images.ts';

/** How a Dockerfile would be built; everything may be left out. */
export interface DockerfileImageOptions {
  /** The stage that is built: its name or its number; the last one unless told. */
  readonly target?: string | undefined;
  /** As for `docker build --build-arg`. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Where base images are known from. Of others only what their makers document is taken. */
  readonly images?: KnownImages | ImageFinder | undefined;
}

/**
 * The image that a Dockerfile makes, without building it: who it runs as, as far as the Dockerfile and its base image tell.
 * Throws `invalid` for a file that is no Dockerfile, and `unavailable` where the base image alone decides and is not at hand.
 */
export async function imageFromDockerfile(
  file: string,
  options: DockerfileImageOptions = {},
): Promise<Image> {
  const [{ readDockerfile }, { imageOfDockerfile }, { baseReferenceOf }] = await Promise.all([
    import('../dockerfile/read-dockerfile.ts'),
    import('../dockerfile/image-of-dockerfile.ts'),
    import('../dockerfile/base-reference.ts'),
  ]);
  const read = readFileText(file, { explicit: true });
  if ('problem' in read) throw new PodproofError('not-found', `cannot read "${file}": ${read.problem}`);
  const { target, buildArgs = {}, images = {} } = options;
  const parsed = readDockerfile(file, read.text, { buildArgs, ...(target !== undefined && { target }) });
  if (!parsed.ok) {
    const [first] = parsed.problems;
    throw new PodproofError('invalid', `cannot read "${file}": ${first?.message ?? 'it is not valid'}`, {
      problems: parsed.problems.map(
        ({ line, message }) => `${file}${line === undefined ? '' : `:${line}`}  ${message}`,
      ),
    });
  }
  const base = baseReferenceOf(parsed.dockerfile);
  const found = await findImages(base === undefined ? [] : [base], imageFinderOf(images));
  const image = imageOfDockerfile(parsed.dockerfile, found.get(base ?? ''));
  if (image !== undefined) return image;
  throw new PodproofError(
    'unavailable',
    `cannot tell who the image of "${file}" runs as: its base image ${base ?? ''} is not at hand`,
  );
}
