import type { Image } from '../image/image.ts';
import type { BaseImage } from './judge-dockerfile.ts';
import type { ParsedDockerfile } from './parsed-dockerfile.ts';

/** The image that a build would make, as far as its Dockerfile tells: its configuration, and the accounts that it surely has. */
export function imageOfDockerfile(dockerfile: ParsedDockerfile, _base: BaseImage | undefined): Image {
  throw new Error(`${dockerfile.file} cannot be judged yet`);
}
