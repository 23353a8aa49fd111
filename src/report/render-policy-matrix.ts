import type { LevelAnswers, PolicyMatrixReport, WorkloadMatrix } from '../core/contract/policy-matrix.ts';
import { objectName } from './check/object-name.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';

/** `podproof check --matrix` for people: who is allowed when, the sum, then what denies, alike workloads together. */
export function renderPolicyMatrix(report: PolicyMatrixReport, options: TextOptions): string {
  const { workloads, latest } = report;
  if (workloads.length === 0) return 'no workloads\n';
  const head: Row = { cells: ['workload', 'allowed by baseline', 'allowed by restricted'], plain: true };
  const rows = workloads.map((workload): Row => {
    const [baseline = '', restricted = ''] = workload.levels.map(allowedVersions);
    return { cells: [objectName(workload), baseline, restricted], plain: true };
  });
  return [
    ...renderRows([head, ...rows], 0, options),
    '',
    `${summaryOf(workloads)} at latest (${latest})`,
    ...alike(workloads).flatMap((group) => ['', ...renderGroup(group, options)]),
    '',
  ].join('\n');
}

const EVERY = 'every version';

/** `v1.0-v1.7, v1.35-latest` */
function allowedVersions({ ranges }: LevelAnswers): string {
  const allowed = ranges.filter((range) => range.allowed);
  if (allowed.length === ranges.length) return EVERY;
  return allowed.length === 0 ? 'no version' : allowed.map(rangeText).join(', ');
}

function rangeText({ from, to }: { readonly from: string; readonly to: string }): string {
  if (from === 'v1.0' && to === 'latest') return EVERY;
  return from === to ? from : `${from}-${to}`;
}

function summaryOf(workloads: readonly WorkloadMatrix[]): string {
  const restricted = workloads.filter((it) => isAllowed(it, 'restricted')).length;
  const baseline = workloads.filter((it) => isAllowed(it, 'baseline')).length - restricted;
  const privileged = workloads.length - restricted - baseline;
  return `${count(workloads.length, 'workload')}: ${restricted} restricted, ${baseline} baseline, ${privileged} privileged`;
}

function isAllowed({ levels }: WorkloadMatrix, level: LevelAnswers['level']): boolean {
  return levels.find((it) => it.level === level)?.ranges.at(-1)?.allowed === true;
}

/** Workloads that are denied in the same way, those that are never denied left out. */
function alike(workloads: readonly WorkloadMatrix[]): readonly (readonly WorkloadMatrix[])[] {
  const groups = new Map<string, WorkloadMatrix[]>();
  for (const workload of workloads) {
    if (workload.levels.every(({ ranges }) => ranges.every(({ allowed }) => allowed))) continue;
    const key = JSON.stringify(workload.levels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [workload]);
    else group.push(workload);
  }
  return [...groups.values()];
}

function renderGroup(group: readonly WorkloadMatrix[], options: TextOptions): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const others = group.length === 1 ? '' : ` and ${count(group.length - 1, 'other')}`;
  const rows = first.levels.flatMap(({ level, ranges }) =>
    ranges
      .filter(({ allowed }) => !allowed)
      .map(
        (range, index): Row => ({
          cells: [index === 0 ? level : '', rangeText(range), range.checks.join(', ')],
          plain: true,
        }),
      ),
  );
  return [`${objectName(first)}${others}: denied by`, ...renderRows(rows, 2, options)];
}
