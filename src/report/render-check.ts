import type { CheckReport } from '../core/contract/check-report.ts';
import { textFormat } from './check/text-format.ts';
import type { TextOptions } from './columns.ts';

/** `podproof check` for people, of a whole report: each workload's containers, then the policy's verdict; the sum stands last. */
export function renderCheck(report: CheckReport, options: TextOptions): string {
  const format = textFormat({ ...options, style: 'details' });
  const { profile, kubernetes } = report;
  return [
    format.open({ profile, kubernetes, podproof: '' }),
    format.add(format.piece(report)),
    format.close(report.summary),
  ].join('');
}
