import { expect, test } from 'vitest';
import type { CheckSummary } from '../core/contract/check-report.ts';
import { FAIL_ON, type FailOn } from '../core/fail-on.ts';
import { NO_FINDINGS } from '../core/sum-findings.ts';
import { exitCodeFor } from './exit-code.ts';

test.each<[what: string, Partial<CheckSummary>, Record<FailOn, number>]>([
  ['nothing', {}, { never: 0, denied: 0, 'would-not-start': 0, warning: 0 }],
  ['suppressed findings', { suppressed: 3 }, { never: 0, denied: 0, 'would-not-start': 0, warning: 0 }],
  ['a warning', { warnings: 1 }, { never: 0, denied: 0, 'would-not-start': 0, warning: 1 }],
  [
    'a pod that would not start, and a warning',
    { wouldNotStart: 1, warnings: 1 },
    { never: 0, denied: 0, 'would-not-start': 3, warning: 3 },
  ],
  [
    'a denied pod, and one that would not start',
    { denied: 1, wouldNotStart: 1 },
    { never: 0, denied: 1, 'would-not-start': 1, warning: 1 },
  ],
  [
    'an invalid object, and a denied pod',
    { invalid: 1, denied: 1 },
    { never: 0, denied: 2, 'would-not-start': 2, warning: 2 },
  ],
  [
    'an input that cannot be read',
    { problems: 1, denied: 1 },
    { never: 2, denied: 2, 'would-not-start': 2, warning: 2 },
  ],
])('the exit code of %s', (_, summary, codes) => {
  const found = FAIL_ON.map((failOn) => [failOn, exitCodeFor({ ...NO_FINDINGS, ...summary }, failOn)]);
  expect(Object.fromEntries(found)).toEqual(codes);
});
