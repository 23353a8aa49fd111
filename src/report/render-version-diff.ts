import type {
  StandardChange,
  StepCheck,
  VersionDiffReport,
  VersionStep,
  WorkloadVersionDiff,
} from '../core/contract/version-diff.ts';
import { visibleLine } from '../core/visible-text.ts';
import { objectPlace } from './check/object-details.ts';
import { objectName } from './check/object-name.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';

/** `podproof check --diff-versions` for people: what the standard changed, then whom that changes, the sum last. */
export function renderVersionDiff(report: VersionDiffReport, options: TextOptions): string {
  const { from, to, latest, standard, workloads } = report;
  const named = (version: string): string => (version === 'latest' ? `latest (${latest})` : version);
  const changed = workloads.filter(({ steps }) => steps.length > 0);
  return [
    isBackwards(report)
      ? `from ${named(from)} back to ${named(to)}: what came with these versions is taken back`
      : `from ${named(from)} to ${named(to)}`,
    ...(standard.length === 0 ? ['  the standard asks for the same'] : standardLines(standard, options)),
    ...changed.flatMap((workload) => ['', ...workloadLines(workload, options)]),
    '',
    summaryLine(report),
    '',
  ].join('\n');
}

function isBackwards({ from, to, standard }: VersionDiffReport): boolean {
  return standard.length > 0 && minorOf(from) > minorOf(to);
}

function minorOf(version: string): number {
  return Number(/^v1\.(\d+)$/.exec(version)?.[1] ?? Infinity);
}

function standardLines(standard: readonly StandardChange[], options: TextOptions): readonly string[] {
  const rows = standard.map(
    ({ version, check, change, text }, index): Row => ({
      cells: [
        version === standard[index - 1]?.version ? '' : version,
        check,
        change === 'added' ? `new: ${text}` : text,
      ],
      plain: true,
    }),
  );
  return renderRows(rows, 2, options);
}

function workloadLines(workload: WorkloadVersionDiff, options: TextOptions): readonly string[] {
  const { source, level, before, after, steps } = workload;
  const head = `${objectPlace(source)}  ${objectName(workload)}: ${level}, ${OUTCOMES[outcomeOf(before.allowed, after.allowed)]}`;
  return [head, ...renderRows(steps.flatMap(stepRows), 2, options)];
}

const OUTCOMES = {
  'allowed allowed': 'stays allowed',
  'allowed denied': 'will be denied',
  'denied allowed': 'will be allowed',
  'denied denied': 'stays denied',
} as const;

function outcomeOf(before: boolean, after: boolean): keyof typeof OUTCOMES {
  return `${before ? 'allowed' : 'denied'} ${after ? 'allowed' : 'denied'}`;
}

function stepRows({ version, starts, stops }: VersionStep): readonly Row[] {
  const rows = [...starts.flatMap((check) => denialRows(check)), ...stops.map(liftedRow)];
  return rows.map((row, index) => ({ ...row, cells: [index === 0 ? version : '', ...row.cells.slice(1)] }));
}

function denialRows(check: StepCheck): readonly Row[] {
  return [
    { cells: ['', 'denied', textOf(check)], tone: 'bad', plain: true },
    { cells: ['', '', visibleLine(check.advice)], plain: true },
  ];
}

function liftedRow(check: StepCheck): Row {
  return { cells: ['', 'lifted', textOf(check)], tone: 'good', plain: true };
}

function textOf({ check, reason, detail }: StepCheck): string {
  return visibleLine(`${check}: ${detail === '' ? reason : detail}`);
}

function summaryLine({ summary }: VersionDiffReport): string {
  const { workloads, changed, newlyDenied, newlyAllowed } = summary;
  if (changed === 0) return `nothing changes for ${count(workloads, 'workload')}`;
  return `${changed} of ${count(workloads, 'workload')} ${changed === 1 ? 'changes' : 'change'}: ${newlyDenied} will be denied, ${newlyAllowed} will be allowed`;
}
