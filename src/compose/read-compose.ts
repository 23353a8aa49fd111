import { basename, dirname, resolve } from 'node:path';
import type { FindingReport, ObjectReport, ProblemReport } from '../core/contract/check-report.ts';
import { nearestName } from '../core/nearest-name.ts';
import { LineIndex } from '../manifest/line-index.ts';
import { type MappingNode, nodeAt, type SourceProblem } from '../manifest/node.ts';
import { readComposeDocument } from './compose-document.ts';
import { overriddenFile } from './compose-file-names.ts';
import {
  COMPOSE_API_VERSION,
  type ComposeProject,
  type ComposeWorkload,
  composeWorkload,
} from './compose-workload.ts';
import { parseDotEnv } from './dot-env.ts';
import { type ExtendedService, extendServices } from './extend-services.ts';
import { SERVICE_FIELDS } from './fields/service-fields.ts';
import type { Variables } from './interpolate.ts';
import { type NeighbourFiles, neighbourFiles } from './neighbour-files.ts';
import { projectFindings } from './project-findings.ts';

export interface ComposeOptions {
  /** The directory that `extends` must not lead out of; the working directory, or the file's own. */
  readonly root?: string;
  /** Instead of the disk. */
  readonly files?: NeighbourFiles;
}

export interface ReadCompose {
  /** Every service, whatever profile it is in. */
  readonly workloads: readonly ComposeWorkload[];
  readonly problems: readonly ProblemReport[];
  /** What is to be said once about the file as a whole. */
  readonly project?: ObjectReport;
}

const TOP_LEVEL = [
  'version',
  'name',
  'include',
  'services',
  'models',
  'networks',
  'volumes',
  'secrets',
  'configs',
];
const SERVICE_FIELD_NAMES = [...SERVICE_FIELDS.keys()];

/** Whether a file that is called like a Compose file is one of Kubernetes after all. No Compose file has the field. */
export function isManifestText(text: string): boolean {
  return /^["']?apiVersion["']?[ \t]*:/m.test(text);
}

/**
 * The services of a Compose file as the pods that are confined alike. `.env` beside it is read, as Compose does; an
 * override file is read on top of the one that it overrides.
 */
export function readCompose(file: string, text: string, options: ComposeOptions = {}): ReadCompose {
  const files = options.files ?? neighbourFiles(file, options.root);
  const variables = text.includes('$') ? dotEnv(files) : new Map<string, string>();
  const { document, problems: unread } = readComposeDocument(file, text, variables);
  const lines = new LineIndex(text);
  const problems: SourceProblem[] = [...unread];
  const report = (): readonly ProblemReport[] =>
    problems
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, ...rest }) => ({ file, ...lines.positionOf(offset), ...rest }));
  if (document === undefined) {
    if (problems.length === 0) problems.push({ offset: 0, message: 'the file is empty' });
    return { workloads: [], problems: report() };
  }
  const { root } = document;
  problems.push(...wrongTopLevel(root));
  const base = overriddenFile(file, files);
  const extended = extendServices(document, files, variables, base);
  problems.push(...extended.problems);
  const project: ComposeProject = { file, root, lines };
  const translated = extended.services.map((service) => composeWorkload(service, project));
  for (const { draft } of translated) problems.push(...draft.problems);
  for (const service of extended.services) problems.push(...unknownFields(service));
  const findings = projectFindings(translated, document, lines, base);
  return {
    workloads: translated.map(({ workload }) => workload),
    problems: report(),
    ...(findings.length > 0 && { project: projectReport(project, findings) }),
  };
}

function dotEnv(files: NeighbourFiles): Variables {
  const read = files.read('.env');
  return 'text' in read ? parseDotEnv(read.text) : new Map();
}

function wrongTopLevel(root: MappingNode): readonly SourceProblem[] {
  const problems: SourceProblem[] = [];
  for (const [key, { keyOffset }] of root.entries) {
    if (TOP_LEVEL.includes(key) || key.startsWith('x-')) continue;
    problems.push(unknown(key, keyOffset, TOP_LEVEL));
  }
  const services = nodeAt(root, ['services']);
  if (services === undefined) {
    const included = root.entries.has('include');
    if (!included)
      problems.push({ offset: root.offset, message: 'a Compose file has services, and there are none' });
    return problems;
  }
  if (services.kind !== 'mapping') {
    problems.push({ offset: services.offset, message: 'services must be a mapping from names to services' });
    return problems;
  }
  for (const [name, { keyOffset, value }] of services.entries) {
    if (value.kind === 'mapping' || name.startsWith('x-')) continue;
    problems.push({ offset: keyOffset, message: `services.${shortened(name)} must be a mapping` });
  }
  return problems;
}

function unknownFields({ name, fields }: ExtendedService): readonly SourceProblem[] {
  const problems: SourceProblem[] = [];
  for (const [key, { keyOffset }] of fields.entries) {
    if (SERVICE_FIELDS.has(key) || key.startsWith('x-')) continue;
    problems.push(unknown(key, keyOffset, SERVICE_FIELD_NAMES, `services.${shortened(name)}.`));
  }
  return problems;
}

function unknown(key: string, offset: number, names: readonly string[], prefix = ''): SourceProblem {
  const meant = key.length > 60 ? undefined : nearestName(key.replaceAll('-', '_'), names);
  const message = `${prefix}${shortened(key)} is no field of a Compose file`;
  return { offset, message, ...(meant !== undefined && { advice: `write ${meant}` }) };
}

function projectReport(
  { file, root, lines }: ComposeProject,
  findings: readonly FindingReport[],
): ObjectReport {
  const name = nodeAt(root, ['name']);
  return {
    source: { file, document: 0, line: lines.positionOf(root.offset).line },
    apiVersion: COMPOSE_API_VERSION,
    kind: 'ComposeProject',
    namespace: '',
    name: name?.kind === 'scalar' ? String(name.value) : projectName(file),
    invalid: [],
    findings,
  };
}

/** That of the directory, in small letters, digits, dashes and underscores. */
function projectName(file: string): string {
  const directory = basename(file === '-' ? resolve('.') : dirname(resolve(file)));
  return directory
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
