import { typicalPlatform } from '../confinement/platform.ts';
import type { DockerfileReport, FileReport, WorkloadReport } from '../core/contract/check-report.ts';
import { baseReferenceOf } from '../dockerfile/base-reference.ts';
import { judgeDockerfile } from '../dockerfile/judge-dockerfile.ts';
import type { ParsedDockerfile } from '../dockerfile/parsed-dockerfile.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import type { Workload } from '../manifest/workloads.ts';
import { enforcedLevel } from '../predict/admission-report.ts';
import { objectReports } from '../predict/api-errors.ts';
import type { PredictSettings } from '../predict/predict-settings.ts';
import { predictWorkload } from '../predict/predict-workload.ts';
import type { CheckJob } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { failedReport } from './failed-report.ts';
import { type ImageLookup, imageLookup, imagesOf } from './image-lookup.ts';
import { portionsOf } from './portions-of.ts';
import type { ReadAhead } from './read-ahead.ts';
import { openUnitReader, type ReadUnit } from './read-unit.ts';
import { sourceIn } from './rendered-source.ts';
import { openSuppressor } from './suppression/open-suppressor.ts';
import type { SuppressionUse } from './suppression/suppression-settings.ts';
import { NO_USE } from './suppression/suppression-use.ts';
import type { AnnotatedObject, ObjectIgnores, Suppressor } from './suppression/suppressor.ts';
import type { Surroundings } from './surroundings.ts';

/** What is to be said about one unit, and what of the suppressions it used up. */
export interface Judged {
  readonly report: FileReport;
  readonly use: SuppressionUse;
}

/**
 * From a unit to its report, which comes in parts when it is long. Synchronous; reads nothing but the unit's file and the
 * image store.
 */
export type Judge = (unit: CheckUnit, readAhead?: ReadAhead) => Iterable<Judged>;

/** Prepares everything that does not depend on a unit. */
export async function openJudge(
  job: CheckJob,
  surroundings: Surroundings,
  showsConfinement: boolean,
): Promise<Judge> {
  const { profile, level, version, podSecurity, username } = job.judge;
  const readUnit = await openUnitReader(job.unitKinds, job.judge);
  const findImage = imageLookup(job);
  const suppressor = openSuppressor(job.suppression);
  const settings: PredictSettings = {
    lookup: surroundings.lookup,
    platform: typicalPlatform(profile),
    level,
    version,
    podSecurity,
    username,
    showsConfinement,
  };
  // An image is in no namespace: what holds for one that sets nothing.
  const demandsNonRoot = enforcedLevel('', settings).level === 'restricted';
  const judgeService = job.unitKinds.includes('compose')
    ? (await import('./judge-service.ts')).judgeService
    : undefined;
  const judgeRead = (read: ReadUnit, unit: CheckUnit): Judged => {
    const workloads: WorkloadReport[] = [];
    for (const workload of read.workloads) {
      workloads.push(judgeWorkload(workload, unit, findImage, settings));
    }
    for (const service of read.services ?? []) {
      const judged = judgeService?.(service, read.builds?.get(service.name), findImage, settings);
      if (judged !== undefined) workloads.push(judged);
    }
    const others = objectReports(withoutWorkloads(read));
    const report: FileReport = {
      workloads,
      objects: read.project === undefined ? others : [...others, read.project],
      dockerfiles:
        read.dockerfile === undefined ? [] : [judgeFrom(read.dockerfile, findImage, demandsNonRoot)],
      problems: read.problems,
      skipped: read.skipped,
    };
    return suppressor.apply(report, ignoresOf(read, suppressor));
  };
  return function* (unit, readAhead) {
    try {
      for (const read of readUnit(unit, readAhead)) {
        // Of what a thread has read they are known.
        if (readAhead === undefined) surroundings.add(objectsOf(read));
        for (const portion of portionsOf(read)) yield judgeRead(portion, unit);
      }
    } catch (error) {
      yield { report: failedReport(unit, error), use: NO_USE };
    }
  };
}

/** The report of one workload; a rendered one says how it was made and, where that is known, of which file. */
function judgeWorkload(
  workload: Workload,
  unit: CheckUnit,
  findImage: ImageLookup,
  settings: PredictSettings,
): WorkloadReport {
  const report = predictWorkload(workload, imagesOf(workload, findImage), settings);
  if (unit.kind !== 'rendered') return report;
  return { ...report, source: sourceIn(unit, report.source) };
}

function judgeFrom(
  dockerfile: ParsedDockerfile,
  findImage: ImageLookup,
  demandsNonRoot: boolean,
): DockerfileReport {
  const base = baseReferenceOf(dockerfile);
  const found = base === undefined ? undefined : findImage(base);
  return judgeDockerfile(dockerfile, found, { demandsNonRoot });
}

function* objectsOf({ objects }: ReadUnit): Generator<KubeObject> {
  for (const { object } of objects) yield object;
}

function withoutWorkloads({ objects, workloads }: ReadUnit): readonly ManifestObject[] {
  if (workloads.length === objects.length) return [];
  const makers = new Set(workloads.map(({ written }) => written));
  return objects.filter((object) => !makers.has(object));
}

function ignoresOf(read: ReadUnit, suppressor: Suppressor): readonly ObjectIgnores[] {
  const found: ObjectIgnores[] = [];
  const look = (object: AnnotatedObject): void => {
    const ignores = suppressor.ignoresOf(object);
    if (ignores !== undefined) found.push(ignores);
  };
  read.workloads.forEach(look);
  read.services?.forEach(look);
  for (const written of withoutWorkloads(read)) look({ written, source: written.source, templatePath: [] });
  return found;
}
