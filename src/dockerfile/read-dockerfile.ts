import type { ProblemReport } from '../core/contract/check-report.ts';
import type { DockerfileOptions, ParsedDockerfile } from './parsed-dockerfile.ts';

export type ReadDockerfile =
  | { readonly ok: true; readonly dockerfile: ParsedDockerfile }
  | { readonly ok: false; readonly problems: readonly ProblemReport[] };

/**
 * Reads a Dockerfile as BuildKit does. `file` is only what reports call it. Brings the parser along: import this module
 * when there is a Dockerfile to read, not before.
 */
export function readDockerfile(file: string, _text: string, _options: DockerfileOptions): ReadDockerfile {
  return { ok: false, problems: [{ file, message: 'Dockerfiles are not read yet' }] };
}
