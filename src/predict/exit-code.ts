import type { CheckReport } from '../core/contract/check-report.ts';

/**
 * The exit code of `check`: 2 when an object is invalid, else 1 when a pod would be denied, else 3 when one would be
 * admitted and not start, else 0. Warnings alone do not fail.
 */
export function exitCodeOf({ summary }: CheckReport): 0 | 1 | 2 | 3 {
  if (summary.invalid > 0) return 2;
  if (summary.denied > 0) return 1;
  return summary.wouldNotStart > 0 ? 3 : 0;
}
