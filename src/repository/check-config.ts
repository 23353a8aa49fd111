import type { FailOn } from '../core/fail-on.ts';
import type { Level, PolicyVersion } from '../policy/level-version.ts';

/** `podproof.yaml`, decoded: what a repository says about how it is to be checked. Flags of the command line go first. */
export interface CheckConfig {
  /** The file itself, as it was named or found. */
  readonly file: string;
  /** The directory of the file. Paths in it are relative to this; those here are joined to it. */
  readonly directory: string;
  readonly level?: Level;
  readonly version?: PolicyVersion;
  readonly profile?: 'containerd' | 'cri-o';
  readonly images?: ImageConfig;
  readonly failOn?: FailOn;
  readonly templatePath?: string;
  /** What `check` reads when no operand is given: files and directories. */
  readonly paths: readonly string[];
  /** Globs of paths that are not read, relative to `directory`. */
  readonly exclude: readonly string[];
  /** A file in upstream's `PodSecurityConfiguration` format. */
  readonly podSecurity?: string;
  readonly baseline?: string;
  /** Whether `podproof.dev/ignore` annotations count; they do unless told. */
  readonly ignoreAnnotations: boolean;
  readonly exemptions: readonly ConfiguredExemption[];
}

/** Where images are looked up. */
export interface ImageConfig {
  readonly search?: 'never' | 'cached';
  /** Images that are built from this repository, or lie in it; the first that fits counts. */
  readonly sources: readonly ImageSource[];
}

/** From a reference to where the image can be read. */
export type ImageSource =
  /** `from` is what `podproof image` takes: `oci:build/web`, `docker-archive:web.tar`, another reference. */
  | { readonly name: string; readonly from: string }
  | {
      readonly name: string;
      readonly dockerfile: string;
      readonly target?: string;
      readonly buildArgs: Readonly<Record<string, string>>;
    };

/** A finding that is known and accepted. What is left out matches everything; `checks` and `reason` are required. */
export interface ConfiguredExemption {
  /** Rules: ids of checks, reasons of the kubelet, codes of findings; or `*` alone, for all. */
  readonly checks: readonly string[];
  /** Globs, as are `name` and `container`. */
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly container?: string;
  /** A glob of the file's path, relative to the configuration. */
  readonly path?: string;
  readonly reason: string;
  /** The last day on which it counts: `2027-01-31`. */
  readonly expires?: string;
  /** Where it stands in the file. */
  readonly line: number;
  readonly column: number;
}
