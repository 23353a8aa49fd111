import type { CheckSummary } from '../core/contract/check-report.ts';
import type { FailOn } from '../core/fail-on.ts';

/**
 * The exit code of `check`, by the worst of what counts: 2 when something could not be read or the API server would refuse an
 * object as invalid, 1 when a pod would be denied, 3 when one would be admitted and not start, 1 when there are warnings and
 * they are to fail. `never` leaves only what could not be read: of that nothing is known.
 */
export function exitCodeFor(summary: CheckSummary, failOn: FailOn): 0 | 1 | 2 | 3 {
  if (summary.problems > 0) return 2;
  if (failOn === 'never') return 0;
  if (summary.invalid > 0) return 2;
  if (summary.denied > 0) return 1;
  if (failOn === 'denied') return 0;
  if (summary.wouldNotStart > 0) return 3;
  return failOn === 'warning' && summary.warnings > 0 ? 1 : 0;
}
