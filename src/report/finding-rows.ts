import type { FindingReport } from '../core/contract/check-report.ts';
import type { Row } from './columns.ts';

/** Warnings first, then notes; what to do stands below what is wrong. */
export function findingRows(findings: readonly FindingReport[]): readonly Row[] {
  const inOrder = [...findings].sort((left, right) => rank(left) - rank(right));
  return inOrder.flatMap((finding): Row[] => {
    const at = finding.line === undefined ? {} : { line: `:${finding.line}` };
    const dim = finding.severity === 'note' ? ({ tone: 'dim' } as const) : {};
    const told: Row = { cells: [finding.severity, finding.message], ...dim, ...at };
    return finding.advice === undefined ? [told] : [told, { cells: ['', finding.advice], ...dim }];
  });
}

function rank(finding: FindingReport): number {
  return finding.severity === 'warning' ? 0 : 1;
}
