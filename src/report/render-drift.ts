import type { ContainerDrift, DriftChange, DriftReport } from '../core/contract/drift-report.ts';
import { formatBytes } from '../core/units.ts';
import { visibleLine } from '../core/visible-text.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';

/** `podproof drift` for people: a line per path, new executables marked, the sum last. */
export function renderDrift(report: DriftReport, options: TextOptions): string {
  const lines = [`pod ${report.namespace}/${report.pod}`];
  for (const container of report.containers) lines.push('', ...containerLines(container, options));
  const changes = report.containers.flatMap((it) => it.changes);
  const executables = changes.filter(({ executable }) => executable).length;
  lines.push('', sum(changes.length, executables, options));
  return `${lines.join('\n')}\n`;
}

function containerLines(container: ContainerDrift, options: TextOptions): readonly string[] {
  const { name, changes, truncated } = container;
  if (changes.length === 0) return [`  ${name}   wrote nothing to its root file system`];
  return [
    `  ${name}`,
    ...renderRows(changes.map(changeRow), 4, options),
    ...(truncated ? ['    ... and more'] : []),
  ];
}

function changeRow({ change, path, type, executable, sizeBytes, mode, uid }: DriftChange): Row {
  const what = type === 'file' ? formatBytes(sizeBytes) : type;
  const details = change === 'deleted' ? '' : `${what}, mode ${mode}, uid ${uid}`;
  const mark = executable ? 'EXECUTABLE  ' : '';
  return {
    cells: [change, visibleLine(path), `${mark}${details}`],
    plain: true,
    ...(executable && { tone: 'bad' as const }),
  };
}

function sum(changes: number, executables: number, { palette }: TextOptions): string {
  if (changes === 0) return palette.good('no drift');
  const told = count(changes, 'change');
  return executables === 0 ? told : `${told}; ${palette.bad(count(executables, 'new executable'))}`;
}
