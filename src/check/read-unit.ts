import type { ComposeWorkload } from '../compose/compose-workload.ts';
import type { ObjectReport, ProblemReport, SkippedReport } from '../core/contract/check-report.ts';
import type { ParsedDockerfile } from '../dockerfile/parsed-dockerfile.ts';
import { problemReport } from '../manifest/file-problem.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { type ManifestText, readManifestText } from '../manifest/read-manifest-text.ts';
import { findWorkloads, type Workload } from '../manifest/workloads.ts';
import type { JudgeSettings } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { type ReadAhead, textOptions, unpackAhead } from './read-ahead.ts';
import { readServiceBuilds, type ServiceBuilds } from './service-builds.ts';

/** What a unit holds, before anything is judged. */
export interface ReadUnit {
  readonly workloads: readonly Workload[];
  readonly objects: readonly ManifestObject[];
  readonly dockerfile?: ParsedDockerfile;
  /** Of a Compose file: its services as pods, and what is to be said of the file as a whole. */
  readonly services?: readonly ComposeWorkload[];
  readonly builds?: ServiceBuilds;
  readonly project?: ObjectReport;
  readonly problems: readonly ProblemReport[];
  readonly skipped: readonly SkippedReport[];
}

/**
 * Reads a unit, in portions where it is a dump of a cluster; its file too, when its text is not at hand, and nothing that a
 * thread has read already. Synchronous.
 */
export type UnitReader = (unit: CheckUnit, readAhead?: ReadAhead) => Iterable<ReadUnit>;

const NOTHING: ReadUnit = Object.freeze({ workloads: [], objects: [], problems: [], skipped: [] });

/** Loads the parsers that units of these kinds need, and no others. */
export async function openUnitReader(
  kinds: readonly CheckUnit['kind'][],
  { templatePath, dockerfile }: Pick<JudgeSettings, 'templatePath' | 'dockerfile'>,
): Promise<UnitReader> {
  const dockerfiles =
    kinds.includes('dockerfile') || kinds.includes('compose')
      ? await import('../dockerfile/read-dockerfile.ts')
      : undefined;
  const compose = kinds.includes('compose') ? await import('../compose/read-compose.ts') : undefined;
  return (unit, readAhead) => {
    if (unit.kind === 'told') {
      const { problems, skipped } = unit;
      return [{ ...NOTHING, problems, skipped }];
    }
    const { file, explicit } = unit;
    if (readAhead !== undefined && (unit.kind === 'manifest' || unit.kind === 'rendered')) {
      return manifestPortions(unpackAhead(unit, readAhead), templatePath);
    }
    const read = unit.text === undefined ? readFileText(file, { explicit }) : { text: unit.text };
    if ('problem' in read) {
      return explicit
        ? [{ ...NOTHING, problems: [{ file, message: read.problem }] }]
        : [{ ...NOTHING, skipped: [{ file, reason: read.problem }] }];
    }
    switch (unit.kind) {
      case 'manifest':
      case 'rendered':
        return manifestPortions(readManifestText(file, read.text, textOptions(unit)), templatePath);
      case 'dockerfile': {
        const parsed = dockerfiles?.readDockerfile(file, read.text, dockerfile);
        if (parsed === undefined) return [];
        return parsed.ok
          ? [{ ...NOTHING, dockerfile: parsed.dockerfile }]
          : [{ ...NOTHING, problems: parsed.problems }];
      }
      case 'compose': {
        if (compose?.isManifestText(read.text) === true) {
          return manifestPortions(readManifestText(file, read.text, { explicit }), templatePath);
        }
        const parsed = compose?.readCompose(file, read.text);
        if (parsed === undefined) return [];
        const { workloads, problems, project } = parsed;
        const services: ReadUnit = {
          ...NOTHING,
          services: workloads,
          ...(dockerfiles && { builds: readServiceBuilds(file, workloads, dockerfiles.readDockerfile) }),
          problems,
          ...(project !== undefined && { project }),
        };
        return [services];
      }
    }
  };
}

/** The pods of so many objects are worked out at a time. */
const MAX_OBJECTS = 500;

function manifestPortions(
  text: ManifestText<ManifestObject>,
  templatePath: string | undefined,
): Iterable<ReadUnit> {
  return text.objects.length <= MAX_OBJECTS ? [readManifest(text, templatePath)] : slices(text, templatePath);
}

/** What is said of the whole text stands with the last of its objects. */
function* slices(
  { objects, problems, skipped }: ManifestText<ManifestObject>,
  templatePath: string | undefined,
): Generator<ReadUnit> {
  for (let at = 0; at < objects.length; at += MAX_OBJECTS) {
    const slice = objects.slice(at, at + MAX_OBJECTS);
    const isLast = at + MAX_OBJECTS >= objects.length;
    const told = isLast ? { problems, skipped } : { problems: [], skipped: [] };
    yield readManifest({ objects: slice, ...told }, templatePath);
  }
}

function readManifest(
  { objects, problems, skipped }: ManifestText<ManifestObject>,
  templatePath: string | undefined,
): ReadUnit {
  const { workloads, unreadable } = findWorkloads(objects, templatePath);
  const told: ProblemReport[] = [];
  for (const problem of problems) told.push(problemReport(problem));
  for (const problem of unreadable) told.push(problemReport(problem));
  return { workloads, objects, problems: told, skipped };
}
