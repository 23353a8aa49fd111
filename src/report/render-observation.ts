import type { ObservationReport } from '../core/contract/observation-report.ts';
import { count, renderRows } from './columns.ts';
import { allFactRows, factSummaryRows, failedFactRows, observedRows } from './fact-rows.ts';
import { findingRows } from './finding-rows.ts';
import { processLines } from './process-lines.ts';
import type { ProofTextOptions } from './render-proof.ts';

/** `podproof prove --pid N` for people: what the kernel says of one process, compared when there was a manifest. */
export function renderObservation(report: ObservationReport, options: ProofTextOptions): string {
  const { proof, facts, palette } = { ...report, palette: options.palette };
  const lines = [`process ${report.pid}  ${report.command}`, ''];
  if (proof === undefined) {
    const rows = options.all ? observedRows(facts) : factSummaryRows(facts, report.processes);
    lines.push(...renderRows([...rows, ...findingRows(report.findings)], 4, options));
  } else {
    const holding = proof.facts.filter((fact) => fact.holds).length;
    const total = count(proof.facts.length, 'fact');
    const verdict = proof.holds
      ? palette.good(`expected = kernel, all ${total} hold`)
      : palette.bad(`${holding} of ${total} hold`);
    const rows = options.all ? allFactRows(proof.facts) : factSummaryRows(proof.facts, report.processes);
    lines.push(`  compared with container ${report.container ?? ''}   ${verdict}`);
    lines.push(
      ...renderRows([...failedFactRows(proof.facts), ...rows, ...findingRows(report.findings)], 4, options),
    );
  }
  lines.push(...processLines(report.processes, options));
  return `${lines.join('\n')}\n`;
}
