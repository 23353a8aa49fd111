/** The findings from which on a check fails, from least to most strict. */
export const FAIL_ON = ['never', 'denied', 'would-not-start', 'warning'] as const;

/** From which findings on a check fails; see `exitCodeFor`. */
export type FailOn = (typeof FAIL_ON)[number];
