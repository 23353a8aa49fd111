import type { ProblemReport } from '../core/contract/check-report.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Workload } from '../manifest/workloads.ts';
import type { JudgeSettings } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { openUnitReader } from './read-unit.ts';
import { sourceIn } from './rendered-source.ts';
import { survey } from './survey.ts';

/** What the units hold, all of it at once: for questions about workloads that are no check. */
export interface UnitWorkloads {
  readonly workloads: readonly Workload[];
  readonly surroundings: readonly KubeObject[];
  readonly problems: readonly ProblemReport[];
}

export async function readUnitWorkloads(
  found: readonly CheckUnit[],
  settings: JudgeSettings,
): Promise<UnitWorkloads> {
  const { units, surroundings } = survey(found);
  const readUnit = await openUnitReader([...new Set(units.map(({ kind }) => kind))], settings);
  const read = units.flatMap((unit) => Array.from(readUnit(unit), (portion) => ({ unit, ...portion })));
  return {
    workloads: read.flatMap(({ unit, workloads, services = [] }) => [
      ...workloads.map((workload) =>
        unit.kind === 'rendered' ? { ...workload, source: sourceIn(unit, workload.source) } : workload,
      ),
      ...services,
    ]),
    surroundings,
    problems: read.flatMap(({ problems }) => problems),
  };
}
