import { typicalPlatform } from '../confinement/platform.ts';
import type { PolicyMatrixReport } from '../core/contract/policy-matrix.ts';
import type { VersionDiffReport } from '../core/contract/version-diff.ts';
import type { Workload } from '../manifest/workloads.ts';
import { policyMatrix } from '../policy/policy-matrix.ts';
import { NEWEST_VERSION } from '../policy/registry.ts';
import {
  type ComparedVersions,
  standardChanges,
  sumVersionDiffs,
  versionDiff,
} from '../policy/version-diff.ts';
import { enforcedLevel } from '../predict/admission-report.ts';
import type { PredictSettings } from '../predict/predict-settings.ts';
import type { JudgeSettings } from './check-job.ts';
import type { UnitWorkloads } from './read-workloads.ts';
import { completeSurroundings } from './surroundings.ts';

/** What every level says of the workloads at every version. */
export function policyMatrixReport({ workloads }: UnitWorkloads): PolicyMatrixReport {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'PolicyMatrixReport',
    latest: NEWEST_VERSION,
    workloads: workloads.map((workload) => ({
      ...placeOf(workload),
      levels: policyMatrix(workload.pod.metadata, workload.pod.spec),
    })),
  };
}

/** What another policy version changes for the workloads, each at the level that it is held to. */
export function versionDiffReport(
  { workloads, surroundings }: UnitWorkloads,
  { profile, level, podSecurity }: JudgeSettings,
  range: ComparedVersions,
): VersionDiffReport {
  const settings: PredictSettings = {
    lookup: completeSurroundings(surroundings).lookup,
    platform: typicalPlatform(profile),
    level,
    podSecurity,
    showsConfinement: false,
  };
  const diffs = workloads.map((workload) => {
    const held = enforcedLevel(workload.namespace, settings).level;
    const { metadata, spec } = workload.pod;
    return { ...placeOf(workload), ...versionDiff(metadata, spec, held, range) };
  });
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'VersionDiffReport',
    ...range,
    latest: NEWEST_VERSION,
    standard: standardChanges(range),
    workloads: diffs,
    summary: sumVersionDiffs(diffs),
  };
}

function placeOf({
  source,
  apiVersion,
  kind,
  namespace,
  name,
}: Workload): Pick<Workload, 'source' | 'apiVersion' | 'kind' | 'namespace' | 'name'> {
  return { source, apiVersion, kind, namespace, name };
}
