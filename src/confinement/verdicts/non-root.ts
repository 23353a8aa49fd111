import type { Image } from '../../image/image.ts';
import { parseImageUser } from '../../image/user.ts';
import { adviseUser } from '../user-advice.ts';
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
  const problem = runAsUser === undefined ? problemOfImage(input.image) : problemOfUser(runAsUser.value);
  if (problem === undefined) return undefined;
  return {
    ok: false,
    reason: 'CreateContainerConfigError',
    message: `${problem} ${blamed(input)}`,
    ...adviseUser(input, context),
  };
}

function problemOfUser(uid: number): string | undefined {
  return uid === 0 ? "container's runAsUser breaks non-root policy" : undefined;
}

function problemOfImage(image: Image | undefined): string | undefined {
  if (image === undefined) return undefined;
  const prefix = 'container has runAsNonRoot and image';
  const user = parseImageUser(image.config.config.User ?? '');
  switch (user.kind) {
    case 'none':
      return `${prefix} will run as root`;
    case 'name':
      return `${prefix} has non-numeric user (${user.name}), cannot verify user is non-root`;
    case 'numeric':
      if (user.uid === 0) return `${prefix} will run as root`;
      return user.uid < 0 || user.uid > maxUserId
        ? `${prefix} has an invalid user id (${user.uid}). (Must be 1-(${maxUserId})): must be between 0 and ${maxUserId}, inclusive`
        : undefined;
  }
}
