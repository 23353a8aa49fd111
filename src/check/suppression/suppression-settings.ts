import type { FindingReport } from '../../core/contract/check-report.ts';
import type { CheckConfig } from '../../repository/check-config.ts';
import type { BaselineEntry } from './baseline.ts';

/** Everything that takes findings out of the counts. Plain data, before it is compiled. */
export interface SuppressionSettings {
  /** Whether `podproof.dev/ignore` annotations count. */
  readonly annotations: boolean;
  readonly configuration?: Pick<CheckConfig, 'file' | 'directory' | 'exemptions'>;
  readonly baseline?: { readonly file: string; readonly entries: readonly BaselineEntry[] };
  /** The directory that the names of files in reports are relative to. */
  readonly workingDirectory: string;
  /** Ids of all rules that there are: an annotation that names another does not count. */
  readonly rules: readonly string[];
  /** The day by which exemptions expire, in UTC: `2027-01-31`. */
  readonly today: string;
}

/** What of the settings was met with in a part of the input: small plain data, to be added up. */
export interface SuppressionUse {
  /** Positions of exemptions in the configuration. */
  readonly exemptions: readonly number[];
  /** How often each fingerprint of the baseline was found, in parts that are to be added. */
  readonly baseline: readonly BaselineUse[];
}

/** Fingerprints with their counts. */
export type BaselineUse = Readonly<Record<string, number>>;

/** A finding about a file as a whole, and not about an object in it. */
export interface FileFinding extends FindingReport {
  readonly file: string;
}
