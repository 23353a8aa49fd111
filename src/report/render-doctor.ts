import type { DoctorReport, DoctorRow } from '../core/contract/doctor-report.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';

/** `podproof doctor` for people: a row for each thing that pods need, how to get what lacks, and the verdict last. */
export function renderDoctor(report: DoctorReport, options: TextOptions): string {
  const lines = renderRows(report.rows.flatMap(tableRows), 0, options);
  return `${[...lines, verdict(report, options)].join('\n')}\n`;
}

function tableRows({ name, version = '', lines, status, advice }: DoctorRow): readonly Row[] {
  const tone = status === 'missing' ? ({ tone: 'bad' } as const) : {};
  const [first = '', ...more] = lines;
  return [
    { cells: [name, version, first], plain: true, ...tone },
    ...more.map((line) => ({ cells: ['', '', line], plain: true })),
    ...(advice === undefined ? [] : [{ cells: ['', '', advice], plain: true }]),
  ];
}

function verdict({ ready, warnings }: DoctorReport, { palette }: TextOptions): string {
  const told = warnings === 0 ? '' : `; ${count(warnings, 'warning')}`;
  return ready
    ? `${palette.good('ready to run pods')}${told}`
    : `${palette.bad('cannot run pods here')}${told}`;
}
