import type { PodSecuritySettings } from '../admission/pod-security-configuration.ts';
import type { Profile } from '../confinement/confinement.ts';
import type { CheckSummary, ProblemReport } from '../core/contract/check-report.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';
import type { FoundImage } from '../predict/image-finder.ts';
import type { CheckFormatRequest } from '../report/check/formats.ts';
import type { CheckUnit } from './check-unit.ts';
import type { BaselineEntry } from './suppression/baseline.ts';
import type { BaselinePlace } from './suppression/baseline-of.ts';
import type { SuppressionSettings, SuppressionUse } from './suppression/suppression-settings.ts';

/** Everything that is needed to check units, but for what they depend on in one another. */
export interface CheckJob {
  readonly judge: JudgeSettings;
  readonly images: ImageAccess;
  /** Images that the configuration says where to find; they go first. */
  readonly ownImages: readonly (readonly [reference: string, FoundImage])[];
  readonly suppression: SuppressionSettings;
  /** Where a baseline of what is found will lie, when one is to be made. */
  readonly newBaseline?: BaselinePlace;
  /** The kinds of the units, so that no parser is loaded that none of them needs. */
  readonly unitKinds: readonly CheckUnit['kind'][];
  readonly formats: readonly CheckFormatRequest[];
}

/**
 * Where images are known from: nowhere; the local store; or what was found beforehand, since registries are asked side
 * by side, and judging waits for nobody.
 */
export type ImageAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'store'; readonly libDir: string }
  | { readonly kind: 'found'; readonly images: readonly (readonly [reference: string, FoundImage])[] };

/** How pods are judged. */
export interface JudgeSettings {
  readonly profile: Profile;
  /** Instead of what the namespace enforces. */
  readonly level?: Level;
  readonly version?: PolicyVersion;
  /** The cluster's own configuration of Pod Security admission. */
  readonly podSecurity?: PodSecuritySettings;
  /** Who makes the pods, for exemptions of users. */
  readonly username?: string;
  /** Where custom resources keep their pod template: `spec.workload.podTemplate`. */
  readonly templatePath?: string;
  readonly dockerfile: { readonly buildArgs: Readonly<Record<string, string>>; readonly target?: string };
}

/** What a batch of units came to. */
export interface BatchResult {
  /** How many containers were judged. */
  readonly containers: number;
  /** For each format, what each unit adds to it, in the order of the units. */
  readonly pieces: readonly (readonly unknown[])[];
  readonly summary: CheckSummary;
  readonly use: SuppressionUse;
  readonly problems: readonly ProblemReport[];
  /** For the new baseline. */
  readonly entries: readonly BaselineEntry[];
}
