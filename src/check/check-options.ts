import type { ImageFinder } from '../predict/image-finder.ts';
import type { CheckRules } from './check-rules.ts';
import type { KnownImages } from './known-images.ts';
import type { Manifest } from './manifest-text.ts';

/** What is to be checked, and how. */
export type CheckOptions = CheckedInput & CheckSettings;

/**
 * One of: files and directories, as the operands of the command (manifests, Compose files, Dockerfiles, charts,
 * kustomizations; `-` is standard input); a manifest that the program has already; the `paths` of a `podproof.yaml`.
 */
export type CheckedInput =
  | { readonly files: readonly string[]; readonly manifest?: undefined }
  | { readonly manifest: Manifest; readonly files?: undefined }
  | { readonly config: string; readonly files?: undefined; readonly manifest?: undefined };

/** How it is checked. Everything may be left out. */
export interface CheckSettings extends CheckRules {
  /**
   * What is known of images, or who is to be asked: an image store, or a registry:
   * ``{ find: (reference) => describeImage(`docker://${reference}`) }``, with the scheme, since a stranger's manifest could name
   * `oci:DIR`. Of all others nothing is known. No network is touched unless a finder does.
   */
  readonly images?: KnownImages | ImageFinder | undefined;
  /**
   * A `podproof.yaml`: its rules, globs, exemptions, baseline and images, where these options say nothing else. None is looked
   * for. Where to look for images (`images.search`) and `failOn` are for the caller: `images` here, and `exitCodeFor`.
   */
  readonly config?: string | undefined;
  /** A baseline file: findings in it are marked `suppressed`. */
  readonly baseline?: string | undefined;
  /** Globs of paths in directories that are not read, relative to the working directory. */
  readonly exclude?: readonly string[] | undefined;
  /**
   * Whether charts and kustomizations are rendered, by this machine's `helm`, `kustomize` or `kubectl`. Without it they are in
   * `skipped`: a library starts no programs unasked.
   */
  readonly render?: boolean | undefined;
  /** Files of values of charts, as for `helm template --values`. */
  readonly values?: readonly string[] | undefined;
  /** Arguments of Dockerfiles, as for `docker build --build-arg`. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** The stage of Dockerfiles that is judged; the last one unless told. */
  readonly target?: string | undefined;
  /** Ends the check: the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}
