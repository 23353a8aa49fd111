import { messageOf } from '../../core/errors.ts';
import { readFileText } from '../../manifest/read-file-text.ts';
import type { FoundImage } from '../../predict/image-finder.ts';
import type { ImageSource } from '../../repository/check-config.ts';
import type { CommandContext } from '../command.ts';
import { type ImageSearch, imageFinder, readSource } from '../find-image.ts';

/**
 * The images that podproof.yaml says where to find, read once: from a layout or an archive of this machine, from the
 * Dockerfile that builds them, or under another name.
 */
export async function ownImages(
  sources: readonly ImageSource[],
  search: ImageSearch,
  context: CommandContext,
): Promise<readonly (readonly [reference: string, found: FoundImage])[]> {
  return await Promise.all(
    sources.map(async (source) => {
      const read =
        'from' in source ? fromElsewhere(source, search, context) : fromDockerfile(source, search, context);
      return [source.name, await read.catch((error: unknown) => notRead(source, error))] as const;
    }),
  );
}

function notRead(source: ImageSource, error: unknown): FoundImage {
  const where = 'from' in source ? source.from : source.dockerfile;
  return { image: undefined, problem: `podproof.yaml says to read it from "${where}": ${messageOf(error)}` };
}

/** What names a file of this machine is read whatever `--images` says; a registry is only asked with `pull`. */
async function fromElsewhere(
  { from }: Extract<ImageSource, { from: string }>,
  search: ImageSearch,
  context: CommandContext,
): Promise<FoundImage> {
  if (/^(?:oci|oci-archive|docker-archive):/.test(from)) return { image: await readSource(from, context) };
  return { image: await (await imageFinder(search, context)).find(from) };
}

async function fromDockerfile(
  { dockerfile, target, buildArgs }: Extract<ImageSource, { dockerfile: string }>,
  search: ImageSearch,
  context: CommandContext,
): Promise<FoundImage> {
  const [{ readDockerfile }, { imageOfDockerfile }, { baseReferenceOf }] = await Promise.all([
    import('../../dockerfile/read-dockerfile.ts'),
    import('../../dockerfile/image-of-dockerfile.ts'),
    import('../../dockerfile/base-reference.ts'),
  ]);
  const file = readFileText(dockerfile, { explicit: true });
  if ('problem' in file) return { image: undefined, problem: `cannot read "${dockerfile}": ${file.problem}` };
  const read = readDockerfile(dockerfile, file.text, { buildArgs, ...(target !== undefined && { target }) });
  if (!read.ok) {
    const [first] = read.problems;
    return {
      image: undefined,
      problem: `cannot read "${dockerfile}": ${first?.message ?? 'it is not valid'}`,
    };
  }
  const base = baseReferenceOf(read.dockerfile);
  const found = base === undefined ? undefined : await findBase(base, search, context);
  const image = imageOfDockerfile(read.dockerfile, found);
  if (image !== undefined) return { image };
  const problem = `cannot tell who the image of "${dockerfile}" runs as: its base image ${base ?? ''} is not at hand`;
  return { image, problem };
}

async function findBase(
  reference: string,
  search: ImageSearch,
  context: CommandContext,
): Promise<FoundImage> {
  try {
    return { image: await (await imageFinder(search, context)).find(reference) };
  } catch (error) {
    return { image: undefined, problem: messageOf(error) };
  }
}
