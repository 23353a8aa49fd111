import { type CheckFinding, findingsOf } from './check-finding.ts';
import type { CheckSummary, FileReport } from './contract/check-report.ts';

/** The sum of nothing. */
export const NO_FINDINGS: CheckSummary = Object.freeze({
  workloads: 0,
  dockerfiles: 0,
  invalid: 0,
  denied: 0,
  wouldNotStart: 0,
  warnings: 0,
  problems: 0,
  suppressed: 0,
});

/** The counts of one file's report. Objects are counted once, however many findings they have. */
export function sumFindings(report: FileReport): CheckSummary {
  const { workloads, objects, dockerfiles, problems } = report;
  const counts = (finding: { readonly suppressed?: unknown }): boolean => finding.suppressed === undefined;
  const doesNotStart = ({
    start,
  }: {
    readonly start: { readonly ok: boolean; readonly suppressed?: unknown };
  }) => !start.ok && counts(start);
  const findings = findingsOf(report);
  return {
    workloads: workloads.length,
    dockerfiles: dockerfiles.length,
    invalid: [...workloads, ...objects].filter(({ invalid }) => invalid.some(counts)).length,
    denied: workloads.filter(({ admission }) => admission.violations.some(counts)).length,
    wouldNotStart:
      workloads.filter(({ containers }) => containers.some(doesNotStart)).length +
      dockerfiles.filter(doesNotStart).length,
    warnings: findings.filter((finding) => finding.class === 'warning' && counts(finding)).length,
    problems: problems.length,
    suppressed: findings.filter((finding: CheckFinding) => !counts(finding)).length,
  };
}

/** Two sums as one. */
export function addSummaries(left: CheckSummary, right: CheckSummary): CheckSummary {
  return {
    workloads: left.workloads + right.workloads,
    dockerfiles: left.dockerfiles + right.dockerfiles,
    invalid: left.invalid + right.invalid,
    denied: left.denied + right.denied,
    wouldNotStart: left.wouldNotStart + right.wouldNotStart,
    warnings: left.warnings + right.warnings,
    problems: left.problems + right.problems,
    suppressed: left.suppressed + right.suppressed,
  };
}
