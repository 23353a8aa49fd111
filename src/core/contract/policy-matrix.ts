import type { SourcePosition } from './check-report.ts';

/** The JSON of `podproof check --matrix -o json`: what every level says at every version. */
export interface PolicyMatrixReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'PolicyMatrixReport';
  /** What `latest` means: `v1.37`. Newer versions get the same answers. */
  readonly latest: string;
  readonly workloads: readonly WorkloadMatrix[];
}

export interface WorkloadMatrix {
  readonly source: SourcePosition;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly levels: readonly LevelAnswers[];
}

/** What one level says, from v1.0 to `latest`, without a gap. */
export interface LevelAnswers {
  readonly level: 'baseline' | 'restricted';
  readonly ranges: readonly VersionRange[];
}

/** Versions with the same answer. */
export interface VersionRange {
  /** `v1.8` */
  readonly from: string;
  /** The last one: `v1.18`, or `latest`. */
  readonly to: string;
  readonly allowed: boolean;
  /** The checks that deny the pod, by upstream's ids and in upstream's order. */
  readonly checks: readonly string[];
}
