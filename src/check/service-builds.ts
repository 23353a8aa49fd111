import { dirname, join } from 'node:path';
import type { ComposeBuild } from '../compose/compose-build.ts';
import type { ComposeWorkload } from '../compose/compose-workload.ts';
import { type NeighbourFiles, neighbourFiles } from '../compose/neighbour-files.ts';
import { baseReferenceOf } from '../dockerfile/base-reference.ts';
import type { DockerfileOptions, ParsedDockerfile } from '../dockerfile/parsed-dockerfile.ts';
import type { ReadDockerfile } from '../dockerfile/read-dockerfile.ts';

/** How the image of a Compose service is built: its Dockerfile, or why that could not be read. */
export type ServiceBuild = { readonly file: string } & (
  | { readonly dockerfile: ParsedDockerfile }
  | { readonly problem: string }
);

/** The builds of the services of one file by the services' names; a service whose image is not built has none. */
export type ServiceBuilds = ReadonlyMap<string, ServiceBuild>;

type DockerfileReader = (file: string, text: string, options: DockerfileOptions) => ReadDockerfile;

/** All Dockerfiles of one Compose file together: each service may name a large one, and judge it with other arguments. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads the Dockerfiles that a Compose file names, as long as they are in the tree. */
export function readServiceBuilds(
  file: string,
  services: readonly ComposeWorkload[],
  readDockerfile: DockerfileReader,
): ServiceBuilds {
  const files = neighbourFiles(file);
  const known = new Map<string, ServiceBuild>();
  const builds = new Map<string, ServiceBuild>();
  let left = MAX_LENGTH;
  for (const { name, build } of services) {
    if (build === undefined) continue;
    const key = JSON.stringify(build);
    let read = known.get(key);
    if (read === undefined) {
      const source = sourceOf(build, file, files);
      if (source === undefined) continue;
      left -= 'text' in source ? source.text.length : 0;
      read = left < 0 ? tooMany(source.file) : parsed(source, build, readDockerfile);
      known.set(key, read);
    }
    builds.set(name, read);
  }
  return builds;
}

/** The image that the service's image is built on, where the Dockerfile says. */
export function baseOfBuild(build: ServiceBuild): string | undefined {
  return 'dockerfile' in build ? baseReferenceOf(build.dockerfile) : undefined;
}

type Source =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly problem: string };

/** Named as the user would name it who named the Compose file. Undefined for what lies elsewhere. */
function sourceOf(
  { dockerfile, inline }: ComposeBuild,
  file: string,
  files: NeighbourFiles,
): Source | undefined {
  if (inline !== undefined) return { file, text: inline };
  if (dockerfile === undefined) return undefined;
  const read = files.read(dockerfile);
  const named = join(dirname(file), dockerfile);
  return 'text' in read ? { file: named, text: read.text } : { file: named, problem: read.problem };
}

function parsed(
  source: Source,
  { target, buildArgs }: ComposeBuild,
  readDockerfile: DockerfileReader,
): ServiceBuild {
  if ('problem' in source) return source;
  const { file, text } = source;
  const read = readDockerfile(file, text, { buildArgs, ...(target !== undefined && { target }) });
  if (read.ok) return { file, dockerfile: read.dockerfile };
  const [first] = read.problems;
  const line = first?.line === undefined ? '' : `line ${first.line}: `;
  return { file, problem: `${line}${first?.message ?? 'it is not valid'}` };
}

function tooMany(file: string): ServiceBuild {
  return { file, problem: 'the Compose file names too many large Dockerfiles' };
}
