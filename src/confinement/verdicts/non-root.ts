import type { Origin } from '../../core/sourced.ts';
import type { Image } from '../../image/image.ts';
import { parseImageUser } from '../../image/user.ts';
import { blamed, type StartRefused, type VerdictSubject } from '../verdict.ts';

/** The kernel could take more, the runtimes do not. */
export const maxUserId: number = 2 ** 31 - 1;

/**
 * `runAsNonRoot`: a uid that is written in the manifest decides, else the image's USER must be a number that is not 0.
 * A name is refused whatever uid it has, because the kubelet does not look into the image. Where the image is not at
 * hand nothing is refused: the finding `image-user-unknown` says so.
 */
export function nonRootVerdict({ input, context }: VerdictSubject): StartRefused | undefined {
  const { runAsNonRoot, runAsUser } = context;
  if (runAsNonRoot?.value !== true) return undefined;
  const refuse = (problem: string, origin: Origin, advice: string): StartRefused => ({
    ok: false,
    reason: 'CreateContainerConfigError',
    message: `${problem} ${blamed(input)}`,
    advice,
    ...(origin.kind === 'manifest' && { path: origin.path }),
  });
  if (runAsUser !== undefined) {
    return runAsUser.value === 0
      ? refuse("container's runAsUser breaks non-root policy", runAsUser.from, adviceFor(input.image))
      : undefined;
  }
  const problem = input.image && problemOfImage(input.image);
  return problem === undefined
    ? undefined
    : refuse(`container has runAsNonRoot and image ${problem}`, runAsNonRoot.from, adviceFor(input.image));
}

function problemOfImage(image: Image): string | undefined {
  const user = parseImageUser(image.config.config.User ?? '');
  switch (user.kind) {
    case 'none':
      return 'will run as root';
    case 'name':
      return `has non-numeric user (${user.name}), cannot verify user is non-root`;
    case 'numeric':
      if (user.uid === 0) return 'will run as root';
      return user.uid < 0 || user.uid > maxUserId
        ? `has an invalid user id (${user.uid}). (Must be 1-(${maxUserId})): must be between 0 and ${maxUserId}, inclusive`
        : undefined;
  }
}

/** Ids from here on are people's and applications' rather than the distribution's. */
const firstApplicationUid = 1000;
const nobody = 65_534;

function adviceFor(image: Image | undefined): string {
  const passwd = image?.accounts?.passwd ?? [];
  const user = parseImageUser(image?.config.config.User ?? '');
  const entry =
    passwd.find((it) => user.kind === 'name' && it.name === user.name && it.uid !== 0) ??
    passwd.find((it) => it.uid >= firstApplicationUid && it.uid !== nobody);
  return entry === undefined
    ? 'write runAsUser with a uid other than 0 that may read what the image needs'
    : `write runAsUser: ${entry.uid} (its passwd has ${entry.name}:${entry.uid})`;
}
