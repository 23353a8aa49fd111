import { expect, it } from 'vitest';
import { hostileReport, REPORTS } from '../../test/support/check-reports.ts';
import { findingsOf } from './check-finding.ts';
import { addSummaries, NO_FINDINGS, sumFindings } from './sum-findings.ts';

it('objects are counted once, suppressed findings by themselves', () => {
  expect(REPORTS.map(sumFindings).reduce(addSummaries, NO_FINDINGS)).toEqual({
    workloads: 3,
    dockerfiles: 1,
    invalid: 1,
    denied: 1,
    wouldNotStart: 2,
    warnings: 1,
    problems: 1,
    suppressed: 1,
  });
});

it.each([...REPORTS, hostileReport('x')].map((report, index) => [index, report] as const))(
  'warnings and suppressed findings are those that the outputs get: report %i',
  (_, report) => {
    const findings = findingsOf(report);
    const counting = findings.filter((finding) => finding.suppressed === undefined);
    expect(sumFindings(report)).toMatchObject({
      warnings: counting.filter((finding) => finding.class === 'warning').length,
      suppressed: findings.length - counting.length,
    });
  },
);
