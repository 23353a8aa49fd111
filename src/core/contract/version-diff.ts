import type { SourcePosition } from './check-report.ts';

/** The JSON of `podproof check --diff-versions v1.34..latest -o json`: what another policy version changes. */
export interface VersionDiffReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'VersionDiffReport';
  readonly from: string;
  readonly to: string;
  /** What `latest` means: `v1.37`. */
  readonly latest: string;
  /** What changed in the standard between the two, whatever the workloads; in the direction of the question. */
  readonly standard: readonly StandardChange[];
  readonly workloads: readonly WorkloadVersionDiff[];
  readonly summary: VersionDiffSummary;
}

export interface VersionDiffSummary {
  readonly workloads: number;
  /** Workloads for which at least one check starts or stops denying. */
  readonly changed: number;
  /** Allowed at `from`, denied at `to`. */
  readonly newlyDenied: number;
  /** Denied at `from`, allowed at `to`. */
  readonly newlyAllowed: number;
}

export interface StandardChange {
  /** `v1.35` */
  readonly version: string;
  readonly check: string;
  /** The control's name in the standard: `Running as Non-root`. */
  readonly title: string;
  readonly level: 'baseline' | 'restricted';
  readonly change: 'added' | 'revised';
  /** `any value is allowed in a pod with hostUsers: false` */
  readonly text: string;
}

export interface WorkloadVersionDiff {
  readonly source: SourcePosition;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The level that the workload is judged by. */
  readonly level: 'privileged' | 'baseline' | 'restricted';
  readonly before: VersionVerdict;
  readonly after: VersionVerdict;
  /** Empty when nothing changes; in the direction of the question. */
  readonly steps: readonly VersionStep[];
}

export interface VersionVerdict {
  readonly allowed: boolean;
  /** Upstream's own sentence; empty when allowed. */
  readonly message: string;
}

/** What changes on the way from the version before to this one. */
export interface VersionStep {
  readonly version: string;
  readonly starts: readonly StepCheck[];
  readonly stops: readonly StepCheck[];
}

/** A check that starts or stops denying the pod. */
export interface StepCheck {
  readonly check: string;
  readonly reason: string;
  readonly detail: string;
  /** What to write against it. */
  readonly advice: string;
}
