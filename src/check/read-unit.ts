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

/** Reads a unit; its file too, when its text is not at hand, and nothing that a thread has read already. Synchronous. */
export type UnitReader = (unit: CheckUnit, readAhead?: ReadAhead) => ReadUnit;

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
      return { ...NOTHING, problems, skipped };
    }
    const { file, explicit } = unit;
    if (readAhead !== undefined && (unit.kind === 'manifest' || unit.kind === 'rendered')) {
      return readManifest(unpackAhead(unit, readAhead), templatePath);
    }
    const read = unit.text === undefined ? readFileText(file, { explicit }) : { text: unit.text };
    if ('problem' in read) {
      return explicit
        ? { ...NOTHING, problems: [{ file, message: read.problem }] }
        : { ...NOTHING, skipped: [{ file, reason: read.problem }] };
    }
    switch (unit.kind) {
      case 'manifest':
      case 'rendered':
        return readManifest(readManifestText(file, read.text, textOptions(unit)), templatePath);
      case 'dockerfile': {
        const parsed = dockerfiles?.readDockerfile(file, read.text, dockerfile);
        if (parsed === undefined) return NOTHING;
        return parsed.ok
          ? { ...NOTHING, dockerfile: parsed.dockerfile }
          : { ...NOTHING, problems: parsed.problems };
      }
      case 'compose': {
        if (compose?.isManifestText(read.text) === true) {
          return readManifest(readManifestText(file, read.text, { explicit }), templatePath);
        }
        const parsed = compose?.readCompose(file, read.text);
        if (parsed === undefined) return NOTHING;
        const { workloads, problems, project } = parsed;
        return {
          ...NOTHING,
          services: workloads,
          ...(dockerfiles && { builds: readServiceBuilds(file, workloads, dockerfiles.readDockerfile) }),
          problems,
          ...(project !== undefined && { project }),
        };
      }
    }
  };
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
