import type { Level, PolicyVersion } from '../policy/level-version.ts';

/** `podproof.yaml`, decoded: what a repository says about how it is to be checked. Flags of the command line go first. */
export interface CheckConfig {
  /** The directory of the file: its paths are relative to it. */
  readonly directory: string;
  readonly level?: Level;
  readonly version?: PolicyVersion;
  readonly profile?: 'containerd' | 'cri-o';
  readonly images?: 'never' | 'cached' | 'pull';
  readonly failOn?: FailOn;
  readonly templatePath?: string;
  /** What `check` reads when no operand is given. */
  readonly paths: readonly string[];
  /** Globs of paths that are not read. */
  readonly exclude: readonly string[];
  /** A file in upstream's `PodSecurityConfiguration` format. */
  readonly podSecurity?: string;
  readonly baseline?: string;
  /** Whether `podproof.dev/ignore` annotations count; they do unless told. */
  readonly ignoreAnnotations: boolean;
  readonly exemptions: readonly ConfiguredExemption[];
}

/** A finding that is known and accepted. What is left out matches everything; `check` and `reason` are required. */
export interface ConfiguredExemption {
  /** Rules: ids of checks, reasons of the kubelet, codes of findings. */
  readonly checks: readonly string[];
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly container?: string;
  /** A glob of the file's path, relative to the configuration. */
  readonly path?: string;
  readonly reason: string;
  /** The last day on which it counts: `2027-01-31`. */
  readonly expires?: string;
}

/** From which finding on a check fails. */
export type FailOn = 'denied' | 'would-not-start' | 'warning' | 'never';
