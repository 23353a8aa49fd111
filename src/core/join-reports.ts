import type { CheckReport, FileReport } from './contract/check-report.ts';
import { KUBERNETES_VERSION } from './kubernetes-version.ts';
import { sumFindings } from './sum-findings.ts';

/** The reports of several files as the one that `podproof check -o json` prints. */
export function joinReports(reports: readonly FileReport[], profile: string): CheckReport {
  const joined: FileReport = {
    workloads: reports.flatMap(({ workloads }) => workloads),
    objects: reports.flatMap(({ objects }) => objects),
    dockerfiles: reports.flatMap(({ dockerfiles }) => dockerfiles),
    problems: reports.flatMap(({ problems }) => problems),
    skipped: reports.flatMap(({ skipped }) => skipped),
  };
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckReport',
    profile,
    kubernetes: KUBERNETES_VERSION,
    ...joined,
    summary: sumFindings(joined),
  };
}
