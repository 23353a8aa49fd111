import type { Image } from '../image/image.ts';
import { buildStage } from './build-stage.ts';
import { builtImage } from './built-image.ts';
import { builtUser, dependsOnBase } from './image-user.ts';
import type { BaseImage } from './judge-dockerfile.ts';
import type { ParsedDockerfile } from './parsed-dockerfile.ts';

/**
 * The image that a build would make, as far as its Dockerfile tells: its configuration, and the accounts that it surely
 * has. Of a base image that is not at hand nothing is known but what its makers document: undefined where that leaves open
 * who the image runs as. Its digest is empty.
 */
export function imageOfDockerfile(
  dockerfile: ParsedDockerfile,
  base: BaseImage | undefined,
): Image | undefined {
  const state = buildStage(dockerfile, base?.image);
  return dependsOnBase(builtUser(state), state) === 'unknown' ? undefined : builtImage(state);
}
