import { dirname, resolve } from 'node:path';
import type { CheckFinding, FindingClass } from '../../core/check-finding.ts';
import { fingerprintOf } from '../../core/finding-fingerprint.ts';
import { baselineCounts } from './baseline.ts';
import { pathFrom } from './path-from.ts';
import type { SuppressionSettings } from './suppression-settings.ts';

export interface KnownFinding {
  readonly fingerprint: string;
  readonly count: number;
  readonly reason: string;
}

export interface BaselineMatcher {
  /** The entry for a finding; undefined when it is new. */
  find(finding: CheckFinding): KnownFinding | undefined;
}

/** What can fail a check and could be read. */
const KEPT: ReadonlySet<FindingClass> = new Set(['invalid', 'denied', 'would-not-start', 'warning']);

/** Whether findings like this one stand in baselines. */
export function isKept({ class: findingClass, suppressed }: CheckFinding): boolean {
  return KEPT.has(findingClass) && (suppressed === undefined || suppressed.by === 'baseline');
}

/** The baseline, ready for look-ups; undefined when there is none. */
export function openBaseline(settings: SuppressionSettings): BaselineMatcher | undefined {
  const { baseline, workingDirectory } = settings;
  if (baseline === undefined) return undefined;
  const { file, entries } = baseline;
  const counts = baselineCounts(entries);
  const placed = baselinePlaces(file, workingDirectory);
  return {
    find: (finding) => {
      if (!KEPT.has(finding.class) || counts.size === 0) return undefined;
      const fingerprint = fingerprintOf(placed(finding));
      const count = counts.get(fingerprint);
      return count === undefined ? undefined : { fingerprint, count, reason: `known: ${file}` };
    },
  };
}

/** Findings as a baseline names them: by paths from its own directory, wherever the check was started. */
export function baselinePlaces(
  file: string,
  workingDirectory: string,
): (finding: CheckFinding) => CheckFinding {
  const directory = dirname(resolve(workingDirectory, file));
  const pathOf = pathFrom(directory, workingDirectory);
  const templateOf = pathFrom(directory, workingDirectory);
  return (finding) => ({
    ...finding,
    file: pathOf(finding.file) ?? finding.file,
    ...(finding.template !== undefined && { template: templateOf(finding.template) ?? finding.template }),
  });
}
