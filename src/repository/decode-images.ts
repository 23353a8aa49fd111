import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { decode } from '../kube/decode.ts';
import type { Schema } from '../kube/schema/schema.ts';
import type { ImageConfig, ImageSource } from './check-config.ts';
import { type ConfigFile, choiceOf, shortened } from './config-file.ts';

const SEARCH = ['never', 'cached'] as const;

interface WrittenImages {
  readonly search?: string;
  readonly sources?: readonly WrittenSource[];
}

interface WrittenSource {
  readonly name?: string;
  readonly from?: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

const SCHEMA: Schema<WrittenImages> = {
  search: 'string',
  sources: [
    { name: 'string', from: 'string', dockerfile: 'string', target: 'string', buildArgs: { '*': 'string' } },
  ],
};

/** Joins a path that is written at that place to the directory of the file, and reports one that leads out. */
type OwnPath = (where: FieldPath, path: string) => string;

const MAX_SOURCES = 1000;

/** `images: cached`, or an object with what is searched and where single images lie. */
export function decodeImages(file: ConfigFile, written: unknown, ownPath: OwnPath): ImageConfig | undefined {
  if (written === undefined || written === null) return undefined;
  if (typeof written === 'string') {
    const search = searchOf(file, ['images'], written);
    return { ...(search !== undefined && { search }), sources: [] };
  }
  const { value, problems } = decode(SCHEMA, written, ['images']);
  for (const problem of problems) file.report(problem.path, problem.message, problem.advice);
  const { sources = [] } = value;
  if (sources.length > MAX_SOURCES) file.report(['images', 'sources'], `more than ${MAX_SOURCES} sources`);
  const search = searchOf(file, ['images', 'search'], value.search);
  return {
    ...(search !== undefined && { search }),
    sources: sources
      .slice(0, MAX_SOURCES)
      .map((source, index) => decodeSource(file, ['images', 'sources', index], source, ownPath)),
  };
}

/** A stranger's repository must not have anybody asked: who wants registries asked says so on the command line. */
function searchOf(file: ConfigFile, path: FieldPath, written: string | undefined): ImageConfig['search'] {
  if (written !== 'pull') return choiceOf(file, path, written, SEARCH);
  file.report(
    path,
    `${formatFieldPath(path)} cannot be "pull": a repository does not decide who is asked over the network`,
    'ask registries with  podproof check --images pull',
  );
  return undefined;
}

function decodeSource(
  file: ConfigFile,
  where: FieldPath,
  source: WrittenSource,
  ownPath: OwnPath,
): ImageSource {
  const { name = '', from, dockerfile, target, buildArgs } = source;
  const field = formatFieldPath(where);
  if (!/^[^\s@]+$/.test(name)) {
    file.report(
      where,
      `${field}.name must be the name of an image, with or without a tag: "${shortened(name)}"`,
    );
  }
  if ((from === undefined) === (dockerfile === undefined)) {
    file.report(where, `${field} must have one of from and dockerfile`);
  }
  if (dockerfile === undefined) {
    for (const [key, value] of Object.entries({ target, buildArgs })) {
      if (value !== undefined) file.report([...where, key], `${field}.${key} belongs to a dockerfile`);
    }
    return { name, from: ownSource([...where, 'from'], from ?? '', ownPath) };
  }
  return {
    name,
    dockerfile: ownPath([...where, 'dockerfile'], dockerfile),
    ...(target !== undefined && { target }),
    buildArgs: buildArgs ?? {},
  };
}

/** `oci:build/web:latest`: what lies in the repository is looked for there. References stay as they are. */
function ownSource(where: FieldPath, from: string, ownPath: OwnPath): string {
  const local = /^(oci|oci-archive|docker-archive):([^:]*)(.*)$/s.exec(from);
  if (local === null) return from;
  const [, transport = '', path = '', rest = ''] = local;
  return `${transport}:${ownPath(where, path)}${rest}`;
}
