import { type CheckManifestOptions, checkManifest } from '../check/check-manifest.ts';
import type { Manifest } from '../check/manifest-text.ts';
import { failureText, type ManifestForm, successText, unreadableText } from './failure-text.ts';
import { admissionOutcomes, startOutcomes } from './judge-report.ts';
import type { Outcome } from './outcome.ts';

/** What a matcher answers, in Vitest and in Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What `expect` calls a matcher with. */
export interface MatcherContext {
  readonly isNot?: boolean;
}

/** What `expect` has besides, once `podproof/vitest` or `podproof/jest` was imported. */
export interface PodMatchers<R = void> {
  /** The API server and Pod Security admission would let every pod of the manifest in. */
  toBeAdmitted(options?: CheckManifestOptions): R;
  /** The kubelet and the runtime would start every container of the manifest. */
  toStart(options?: CheckManifestOptions): R;
}

/**
 * Passes when the API server would take every object of the manifest and Pod Security admission would let every pod in. What
 * cannot be read, or holds no workload, passes neither this nor `.not`: a test of nothing is a mistake. Annotations that accept
 * a finding do not count: no cluster knows them.
 */
export function toBeAdmitted(
  this: MatcherContext | undefined,
  manifest: Manifest,
  options?: CheckManifestOptions,
): MatcherResult {
  // oxlint-disable-next-line no-this-in-exported-function -- by it `expect` tells a matcher whether it is `.not`
  return match(manifest, options, this?.isNot === true, {
    outcomes: admissionOutcomes,
    expected: 'expected every pod of the manifest to be admitted',
    unexpected: 'expected a pod of the manifest to be refused, and all would be admitted',
  });
}

/**
 * Passes when the kubelet and the runtime would start every container of the manifest. Where that depends on who an image runs
 * as, and `images` does not tell, neither this nor `.not` passes. What admission says does not count here.
 */
export function toStart(
  this: MatcherContext | undefined,
  manifest: Manifest,
  options?: CheckManifestOptions,
): MatcherResult {
  // oxlint-disable-next-line no-this-in-exported-function -- by it `expect` tells a matcher whether it is `.not`
  return match(manifest, options, this?.isNot === true, {
    outcomes: startOutcomes,
    expected: 'expected every container of the manifest to start',
    unexpected: 'expected a container of the manifest not to start, and all would',
  });
}

interface Question {
  readonly outcomes: (report: ReturnType<typeof checkManifest>) => readonly Outcome[];
  readonly expected: string;
  readonly unexpected: string;
}

function match(
  manifest: Manifest,
  options: CheckManifestOptions | undefined,
  isNot: boolean,
  { outcomes: outcomesOf, expected, unexpected }: Question,
): MatcherResult {
  const report = checkManifest(manifest, options);
  const form = formOf(manifest);
  const { problems, workloads } = report;
  // `pass` as `isNot` fails either way.
  if (problems.length > 0) return { pass: isNot, message: () => unreadableText(problems, form) };
  const outcomes = outcomesOf(report);
  const failed = outcomes.filter(({ holds }) => holds === false);
  if (failed.length > 0) return { pass: false, message: () => failureText(expected, failed, form) };
  if (workloads.length === 0) {
    return { pass: isNot, message: () => 'expected a manifest with a workload, and there is none in it' };
  }
  const open = outcomes.filter(({ holds }) => holds === undefined);
  if (open.length > 0)
    return {
      pass: isNot,
      message: () => failureText(`${expected}, and that cannot be known`, open, form),
    };
  return { pass: true, message: () => successText(unexpected, outcomes) };
}

function formOf(manifest: Manifest): ManifestForm {
  if (typeof manifest === 'string' || ArrayBuffer.isView(manifest)) return 'text';
  return Array.isArray(manifest) ? 'list' : 'object';
}
