import type { CheckedFinding, StartReport, Suppression } from '../../core/contract/check-report.ts';
import type { Row } from '../columns.ts';
import { findingRows } from '../finding-rows.ts';

/** The kubelet's verdict, when it is a refusal: what happens, then what to do. */
export function startDetails(start: StartReport): readonly Row[] {
  if (start.ok) return [];
  const { reason, message, advice, line, suppressed } = start;
  const at = line === undefined ? {} : { line: `:${line}` };
  const tone = suppressed === undefined ? 'bad' : 'dim';
  const verdict: Row = { cells: ['would not start', `${reason}: ${message}`], tone };
  return [
    ...(advice === undefined ? [{ ...verdict, ...at }] : [verdict, { cells: ['', advice], ...at }]),
    ...suppressionDetails(suppressed),
  ];
}

/** Warnings, then notes, then those that are suppressed. */
export function findingDetails(findings: readonly CheckedFinding[]): readonly Row[] {
  const suppressed = findings.filter((finding) => finding.suppressed !== undefined);
  return [
    ...findingRows(findings.filter((finding) => finding.suppressed === undefined)),
    ...suppressed.flatMap((finding) => [
      ...findingRows([finding]).map((row): Row => ({ ...row, tone: 'dim' })),
      ...suppressionDetails(finding.suppressed),
    ]),
  ];
}

/** Why what stands above does not count. */
export function suppressionDetails(suppressed: Suppression | undefined): readonly Row[] {
  if (suppressed === undefined) return [];
  const why = suppressed.reason === '' ? '' : `: ${suppressed.reason}`;
  return [{ cells: ['', `suppressed by ${SAID_BY[suppressed.by]}${why}`], tone: 'dim' }];
}

const SAID_BY: Readonly<Record<Suppression['by'], string>> = {
  annotation: 'annotation',
  configuration: 'configuration',
  baseline: 'the baseline',
};
