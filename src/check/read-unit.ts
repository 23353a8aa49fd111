import type { ComposeWorkload } from '../compose/compose-workload.ts';
import type { ObjectReport, ProblemReport, SkippedReport } from '../core/contract/check-report.ts';
import type { ParsedDockerfile } from '../dockerfile/parsed-dockerfile.ts';
import { problemReport } from '../manifest/file-problem.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { readManifestText } from '../manifest/read-manifest-text.ts';
import { findWorkloads, type Workload } from '../manifest/workloads.ts';
import type { JudgeSettings } from './check-job.ts';
import type { CheckUnit, ManifestUnit, RenderedUnit } from './check-unit.ts';
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

/** Reads a unit; its file too, when its text is not at hand. Synchronous. */
export type UnitReader = (unit: CheckUnit) => ReadUnit;

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
  return (unit) => {
    if (unit.kind === 'told') {
      const { problems, skipped } = unit;
      return { ...NOTHING, problems, skipped };
    }
    const { file, explicit } = unit;
    const read = unit.text === undefined ? readFileText(file, { explicit }) : { text: unit.text };
    if ('problem' in read) {
      return explicit
        ? { ...NOTHING, problems: [{ file, message: read.problem }] }
        : { ...NOTHING, skipped: [{ file, reason: read.problem }] };
    }
    switch (unit.kind) {
      case 'manifest':
      case 'rendered':
        return readManifest(unit, read.text, templatePath);
      case 'dockerfile': {
        const parsed = dockerfiles?.readDockerfile(file, read.text, dockerfile);
        if (parsed === undefined) return NOTHING;
        return parsed.ok
          ? { ...NOTHING, dockerfile: parsed.dockerfile }
          : { ...NOTHING, problems: parsed.problems };
      }
      case 'compose': {
        if (compose?.isManifestText(read.text) === true) {
          return readManifest({ ...unit, kind: 'manifest' }, read.text, templatePath);
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
  unit: ManifestUnit | RenderedUnit,
  text: string,
  templatePath: string | undefined,
): ReadUnit {
  const { objects, problems, skipped } = readManifestText(unit.file, text, {
    explicit: unit.explicit,
    ...(unit.kind === 'manifest' && unit.start !== undefined && { start: unit.start }),
  });
  const { workloads, unreadable } = findWorkloads(objects, templatePath);
  return { workloads, objects, problems: [...problems, ...unreadable].map(problemReport), skipped };
}
