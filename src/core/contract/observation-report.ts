import type { FindingReport } from './check-report.ts';
import type { ProcessReport, Proof } from './proof-report.ts';

/** The JSON of `podproof prove --pid N -o json`: what the kernel says of any process. Stable like `CheckReport`. */
export interface ObservationReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'ObservationReport';
  /** On the host. */
  readonly pid: number;
  readonly command: string;
  readonly facts: readonly ObservedFact[];
  readonly processes: readonly ProcessReport[];
  /** With `-f FILE --container NAME`: the same observation held against that container. */
  readonly proof?: Proof;
  readonly container?: string;
  readonly findings: readonly FindingReport[];
}

/** One field as the kernel has it, by the same names as a proof's facts. */
export interface ObservedFact {
  /** `user.uid`, `capabilities.bounding`, `mounts[/tmp]`, `namespaces.user`. */
  readonly field: string;
  /** A JSON value of the same shape as `Fact.observed` of that field. */
  readonly observed: unknown;
  /** `/proc/4711/status CapBnd`. */
  readonly source: string;
  /** The value in words, where the bare value does not say enough: `host uid 67190`, `0 -> 65536, 65536 ids`. */
  readonly note?: string;
}
