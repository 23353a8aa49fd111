import type {
  CheckedFinding,
  CheckSummary,
  FileReport,
  ObjectReport,
  StartReport,
  Suppression,
} from './contract/check-report.ts';

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

/** Counts while they are added to. */
export type Tally = { -readonly [Count in keyof CheckSummary]: CheckSummary[Count] };

/** The counts of one file's report. Objects are counted once, however many findings they have. */
export function sumFindings(report: FileReport): CheckSummary {
  const sum: Tally = { ...NO_FINDINGS };
  addFindings(report, sum);
  return sum;
}

/** Adds the counts of one file's report to others. */
export function addFindings({ workloads, objects, dockerfiles, problems }: FileReport, sum: Tally): void {
  sum.workloads += workloads.length;
  sum.dockerfiles += dockerfiles.length;
  sum.problems += problems.length;
  for (const object of objects) addObject(object, sum);
  for (const workload of workloads) {
    addObject(workload, sum);
    if (anyCounts(workload.admission.violations, sum)) sum.denied += 1;
    let refused = false;
    for (const { start, findings } of workload.containers) {
      if (isRefused(start, sum)) refused = true;
      addWarnings(findings, sum);
    }
    if (refused) sum.wouldNotStart += 1;
  }
  for (const { start, findings } of dockerfiles) {
    if (isRefused(start, sum)) sum.wouldNotStart += 1;
    addWarnings(findings, sum);
  }
}

function addObject({ invalid, findings }: ObjectReport, sum: Tally): void {
  if (anyCounts(invalid, sum)) sum.invalid += 1;
  addWarnings(findings, sum);
}

/** Whether any of them counts; those that do not are suppressed. */
function anyCounts(findings: readonly { readonly suppressed?: Suppression }[], sum: Tally): boolean {
  let any = false;
  for (const { suppressed } of findings) {
    if (suppressed === undefined) any = true;
    else sum.suppressed += 1;
  }
  return any;
}

function isRefused(start: StartReport, sum: Tally): boolean {
  return !start.ok && anyCounts([start], sum);
}

function addWarnings(findings: readonly CheckedFinding[], sum: Tally): void {
  for (const { severity, suppressed } of findings) {
    if (suppressed !== undefined) sum.suppressed += 1;
    else if (severity === 'warning') sum.warnings += 1;
  }
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
