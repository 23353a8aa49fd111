import { dirname, join } from 'node:path';
import { FAIL_ON } from '../core/fail-on.ts';
import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { type ParsedGlob, parsePathGlob } from '../core/path-glob.ts';
import { decode } from '../kube/decode.ts';
import type { Schema } from '../kube/schema/schema.ts';
import { LEVELS, type PolicyVersion, parsePolicyVersion } from '../policy/level-version.ts';
import type { CheckConfig } from './check-config.ts';
import { type ConfigFile, choiceOf, readConfigFile, shortened } from './config-file.ts';
import { decodeExemptions, type WrittenExemption } from './decode-exemptions.ts';
import { decodeImages } from './decode-images.ts';
import { repositoryRootOf } from './find-check-config.ts';
import { problemOfPath } from './paths-within.ts';

export interface ReadConfigOptions {
  /** Ids of all rules that there are: an exemption from another is a mistake. */
  readonly rules: readonly string[];
}

/** The file as it is written. */
interface WrittenConfig {
  readonly apiVersion: string;
  readonly kind: string;
  readonly level?: string;
  readonly version?: string;
  readonly profile?: string;
  readonly images?: unknown;
  readonly failOn?: string;
  readonly templatePath?: string;
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly podSecurity?: string;
  readonly baseline?: string;
  readonly ignoreAnnotations?: boolean;
  readonly exemptions?: readonly WrittenExemption[];
}

const SCHEMA: Schema<WrittenConfig> = {
  'apiVersion!': 'string',
  'kind!': 'string',
  level: 'string',
  version: 'string',
  profile: 'string',
  images: 'any',
  failOn: 'string',
  templatePath: 'string',
  paths: ['string'],
  exclude: ['string'],
  podSecurity: 'string',
  baseline: 'string',
  ignoreAnnotations: 'boolean',
  exemptions: [
    {
      checks: ['string'],
      namespace: 'string',
      kind: 'string',
      name: 'string',
      container: 'string',
      path: 'string',
      reason: 'string',
      expires: 'string',
    },
  ],
};

/** A stranger's list is no longer than this. */
const MAX_GLOBS = 1000;

/**
 * Reads a `podproof.yaml`, strictly. Throws one `invalid` error with every problem as `FILE:LINE:COLUMN  text`: unknown
 * fields, values that are none, exemptions without a reason, paths that lead out of the repository.
 */
export function readCheckConfig(path: string, { rules }: ReadConfigOptions): CheckConfig {
  const file = readConfigFile(path);
  const directory = dirname(path);
  const { value, problems } = decode(SCHEMA, requireMapping(file));
  for (const problem of problems) file.report(problem.path, problem.message, problem.advice);
  requireType(file, value);
  const places: Places = { file, directory, root: repositoryRootOf(directory) ?? directory };
  const { level, version, profile, failOn, templatePath } = value;
  const config = {
    file: path,
    directory,
    level: choiceOf(file, ['level'], level, LEVELS),
    version: policyVersionOf(file, version),
    profile: choiceOf(file, ['profile'], profile, ['containerd', 'cri-o']),
    images: decodeImages(file, value.images, (where, written) => ownPath(places, where, written)),
    failOn: choiceOf(file, ['failOn'], failOn, FAIL_ON),
    templatePath,
    paths: (value.paths ?? []).map((it, index) => ownPath(places, ['paths', index], it)),
    exclude: globsOf(file, ['exclude'], value.exclude),
    podSecurity: optionalPath(places, ['podSecurity'], value.podSecurity),
    baseline: optionalPath(places, ['baseline'], value.baseline),
    ignoreAnnotations: value.ignoreAnnotations ?? true,
    exemptions: decodeExemptions(file, value.exemptions ?? [], rules),
  };
  file.finish();
  return withoutUndefined(config);
}

/** What is no mapping at all is told once, and not for every field that it lacks. */
function requireMapping(file: ConfigFile): unknown {
  const { data } = file;
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  if (data !== undefined) {
    file.report([], `expected a CheckConfig, found ${Array.isArray(data) ? 'a list' : `a ${typeof data}`}`);
  }
  file.finish();
  return {};
}

function requireType(file: ConfigFile, { apiVersion, kind }: WrittenConfig): void {
  const wanted = { apiVersion: 'podproof.dev/v1', kind: 'CheckConfig' };
  for (const [field, found] of Object.entries({ apiVersion, kind })) {
    const must = field === 'kind' ? wanted.kind : wanted.apiVersion;
    if (found === must) continue;
    const seen = found === '' ? 'it is not set' : `it is "${shortened(found)}"`;
    file.report([field], `${field} must be "${must}": ${seen}`);
  }
}

function policyVersionOf(file: ConfigFile, text: string | undefined): PolicyVersion | undefined {
  if (text === undefined) return undefined;
  const version = parsePolicyVersion(text);
  if (version === undefined) {
    file.report(['version'], `version cannot be "${shortened(text)}": it is a version like v1.36, or latest`);
  }
  return version;
}

interface Places {
  readonly file: ConfigFile;
  readonly directory: string;
  readonly root: string;
}

/** A path of the repository, as seen from the working directory. */
function ownPath({ file, directory, root }: Places, where: FieldPath, path: string): string {
  const field = formatFieldPath(where);
  const problem = path === '' || path.includes('\0') ? 'empty' : problemOfPath(path, directory, root);
  if (problem === 'empty') file.report(where, `${field} is not a path: "${shortened(path)}"`);
  else if (problem === 'absolute') {
    file.report(where, `${field} must be relative to this file: "${shortened(path)}"`);
  } else if (problem === 'outside') {
    file.report(where, `${field} leads out of the repository: "${shortened(path)}"`);
  }
  return join(directory, path);
}

function optionalPath(places: Places, where: FieldPath, path: string | undefined): string | undefined {
  return path === undefined ? undefined : ownPath(places, where, path);
}

function globsOf(
  file: ConfigFile,
  where: FieldPath,
  globs: readonly string[] | undefined,
): readonly string[] {
  if (globs === undefined) return [];
  if (globs.length > MAX_GLOBS) file.report(where, `more than ${MAX_GLOBS} globs`);
  for (const [index, glob] of globs.slice(0, MAX_GLOBS).entries()) {
    reportGlob(file, [...where, index], parsePathGlob(glob));
  }
  return globs;
}

function reportGlob(file: ConfigFile, where: FieldPath, parsed: ParsedGlob): void {
  if (!parsed.ok) file.report(where, `${formatFieldPath(where)}: ${parsed.message}`);
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  const entries = Object.entries(value).filter(([, it]) => it !== undefined);
  // Only members that are undefined were left out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as Defined<T>;
}
