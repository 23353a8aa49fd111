import { expect, test } from 'vitest';
import type { CheckReport } from '../core/contract/check-report.ts';
import { NO_FINDINGS } from '../core/sum-findings.ts';
import { exitCodeOf } from './exit-code.ts';

const reportWith = (summary: Partial<CheckReport['summary']>): CheckReport => ({
  apiVersion: 'podproof.dev/v1',
  kind: 'CheckReport',
  profile: 'containerd',
  kubernetes: '1.36',
  workloads: [],
  objects: [],
  dockerfiles: [],
  problems: [],
  skipped: [],
  summary: { ...NO_FINDINGS, workloads: 1, ...summary },
});

test('an invalid object is the worst, then a denied pod, then one that would not start; warnings do not fail', () => {
  expect(exitCodeOf(reportWith({ invalid: 1, denied: 1, wouldNotStart: 1 }))).toBe(2);
  expect(exitCodeOf(reportWith({ denied: 1, wouldNotStart: 1 }))).toBe(1);
  expect(exitCodeOf(reportWith({ wouldNotStart: 1 }))).toBe(3);
  expect(exitCodeOf(reportWith({ warnings: 9 }))).toBe(0);
});
