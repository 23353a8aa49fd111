import type { CheckSummary } from '../../core/contract/check-report.ts';
import { count } from '../columns.ts';
import type { Palette } from '../palette.ts';

/** The last line: `12 workloads: 2 denied, 1 would not start, 3 warnings, 1 suppressed`. */
export function summaryLine(summary: CheckSummary, palette: Palette): string {
  const bad = verdictsOf(summary);
  const more = [
    ...(summary.warnings > 0 ? [count(summary.warnings, 'warning')] : []),
    ...(summary.suppressed > 0 ? [`${summary.suppressed} suppressed`] : []),
  ];
  const { workloads, dockerfiles } = summary;
  const verdict = bad.length > 0 ? palette.bad(bad.join(', ')) : palette.good(goodVerdict(summary));
  const subject =
    workloads === 0 && dockerfiles === 0 && bad.length === 0
      ? 'no workload found'
      : `${subjectOf(summary)}: ${verdict}`;
  return [subject, ...more].join(', ');
}

/** What is wrong, counted, in the order in which a cluster would say it; empty when nothing is. */
export function verdictsOf({ invalid, denied, wouldNotStart, problems }: CheckSummary): readonly string[] {
  return [
    ...(invalid > 0 ? [`${invalid} invalid`] : []),
    ...(denied > 0 ? [`${denied} denied`] : []),
    ...(wouldNotStart > 0 ? [`${wouldNotStart} would not start`] : []),
    ...(problems > 0 ? [`${problems} unreadable`] : []),
  ];
}

/** `12 workloads, 1 Dockerfile`. */
export function subjectOf({ workloads, dockerfiles }: CheckSummary): string {
  const counted = [
    ...(workloads > 0 || dockerfiles === 0 ? [count(workloads, 'workload')] : []),
    ...(dockerfiles > 0 ? [count(dockerfiles, 'Dockerfile')] : []),
  ];
  return counted.join(', ');
}

/** What is suppressed is not right by that. */
export function goodVerdict({ suppressed, workloads }: CheckSummary): string {
  if (suppressed > 0) return 'nothing that counts';
  return workloads > 0 ? 'all admitted, all would start' : 'nothing refused';
}
