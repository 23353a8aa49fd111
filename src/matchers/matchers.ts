import { type CheckManifestOptions, checkManifest, type Manifest } from '../check/check-manifest.ts';
import { type CheckFinding, findingsOf } from '../core/check-finding.ts';
import type { CheckReport } from '../core/contract/check-report.ts';

/** What a matcher answers, in Vitest and in Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Passes when the API server would take every workload of the manifest and Pod Security admission would let every pod in.
 * A manifest without a workload does not pass: a test of nothing is a mistake.
 */
export function toBeAdmitted(manifest: Manifest, options: CheckManifestOptions = {}): MatcherResult {
  return resultOf(checkManifest(manifest, options), ['unreadable', 'invalid', 'denied'], 'admitted');
}

/**
 * Passes when every container of the manifest would start: the kubelet and the runtime would refuse none. Whether it may is
 * only as true as what is known of its image: give it in `images`.
 */
export function toStart(manifest: Manifest, options: CheckManifestOptions = {}): MatcherResult {
  return resultOf(checkManifest(manifest, options), ['unreadable', 'invalid', 'would-not-start'], 'started');
}

function resultOf(
  report: CheckReport,
  classes: readonly CheckFinding['class'][],
  what: 'admitted' | 'started',
): MatcherResult {
  const failing = findingsOf(report).filter((finding) => classes.includes(finding.class));
  if (report.summary.workloads === 0 && failing.length === 0) {
    return { pass: false, message: () => 'expected a manifest with a workload, found none' };
  }
  const [first] = report.workloads;
  const level = first === undefined ? '' : ` at ${first.admission.level} ${first.admission.version}`;
  const where = what === 'admitted' ? level : '';
  if (failing.length === 0) {
    return { pass: true, message: () => `expected the manifest not to be ${what}${where}, and it would be` };
  }
  const lines = failing.map((finding) => describe(finding));
  return {
    pass: false,
    message: () => [`expected the manifest to be ${what}${where}:`, ...lines].join('\n'),
  };
}

function describe({ object, container, rule, message, advice, line }: CheckFinding): string {
  const subject = object === undefined ? '' : `${object.kind} ${object.namespace}/${object.name}: `;
  const at = line === undefined ? '' : `line ${line}: `;
  const told = `  ${at}${subject}${container === undefined ? '' : `container "${container}": `}${rule}: ${message}`;
  return advice === undefined ? told : `${told}\n    ${advice}`;
}
