import type { DockerfileReport } from '../core/contract/dockerfile-report.ts';
import type { Image } from '../image/image.ts';
import type { ParsedDockerfile } from './parsed-dockerfile.ts';

/** What was found for the base image: `predict`'s `FoundImage` fits. */
export interface BaseImage {
  readonly image: Image | undefined;
  /** Why it could not be read. */
  readonly problem?: string | undefined;
}

/** Who the image will run as, and whether the kubelet would start it under `runAsNonRoot: true`. Pure. */
export function judgeDockerfile(
  dockerfile: ParsedDockerfile,
  _base: BaseImage | undefined,
): DockerfileReport {
  throw new Error(`${dockerfile.file} cannot be judged yet`);
}
