/** One finding, or several that are all alike, that is known and does not fail a check. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** Relative to the directory of the baseline. */
  readonly file: string;
  /** `apps/v1 Deployment default/web`. */
  readonly object?: string;
  readonly container?: string;
  readonly message: string;
  /** How many there are; 1 unless told. */
  readonly count?: number;
}

export interface Baseline {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'CheckBaseline';
  /** Sorted by file, object, container, rule and message. */
  readonly findings: readonly BaselineEntry[];
}

/**
 * How often each finding is known. Two lines of one fingerprint are what a merge leaves: they are the same finding, not
 * two.
 */
export function baselineCounts(entries: readonly BaselineEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { fingerprint, count = 1 } of entries) {
    counts.set(fingerprint, Math.max(count, counts.get(fingerprint) ?? 0));
  }
  return counts;
}
