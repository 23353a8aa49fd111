import type {
  StandardChange,
  StepCheck,
  VersionDiffSummary,
  VersionStep,
  VersionVerdict,
  WorkloadVersionDiff,
} from '../core/contract/version-diff.ts';
import type { ObjectMeta } from '../kube/meta.ts';
import type { PodSpec } from '../kube/pod.ts';
import type { Check, CheckResult, VersionedCheck } from './check.ts';
import { CHECKS } from './checks.ts';
import { evaluatePod, type PodEvaluation, violationMessage } from './evaluate-pod.ts';
import { type Level, minorOf, type PolicyVersion } from './level-version.ts';
import { CHANGING_MINORS } from './registry.ts';

/** What is asked: the way from one policy version to another, forwards or backwards. */
export interface ComparedVersions {
  readonly from: PolicyVersion;
  readonly to: PolicyVersion;
}

/** What another version changes for a pod, step by step. Versions newer than all that are known count as the newest. */
export function versionDiff(
  metadata: ObjectMeta | undefined,
  spec: PodSpec,
  level: Level,
  { from, to }: ComparedVersions,
): Pick<WorkloadVersionDiff, 'level' | 'before' | 'after' | 'steps'> {
  const at = (version: PolicyVersion): PodEvaluation => evaluatePod(level, version, metadata, spec);
  const before = at(from);
  const steps: VersionStep[] = [];
  let previous = before;
  for (const { arrivesAt } of changesBetween({ from, to })) {
    const next = at(`v1.${arrivesAt}`);
    const starts = deniedOnlyBy(next, previous);
    const stops = deniedOnlyBy(previous, next);
    if (starts.length + stops.length > 0) steps.push({ version: `v1.${arrivesAt}`, starts, stops });
    previous = next;
  }
  return { level, before: verdict(before), after: verdict(at(to)), steps };
}

/** What changed in the standard on that way, whatever the pods. */
export function standardChanges(range: ComparedVersions): readonly StandardChange[] {
  return changesBetween(range).flatMap(({ minor }) =>
    CHECKS.flatMap((check) =>
      check.versions
        .filter(({ minimumVersion }) => minorOf(minimumVersion) === minor)
        .map((revision) => standardChange(check, revision)),
    ),
  );
}

/** The sum over workloads. */
export function sumVersionDiffs(workloads: readonly WorkloadVersionDiff[]): VersionDiffSummary {
  const count = (counts: (diff: WorkloadVersionDiff) => boolean): number => workloads.filter(counts).length;
  return {
    workloads: workloads.length,
    changed: count(({ steps }) => steps.length > 0),
    newlyDenied: count(({ before, after }) => before.allowed && !after.allowed),
    newlyAllowed: count(({ before, after }) => !before.allowed && after.allowed),
  };
}

interface Change {
  /** The version that brought it. */
  readonly minor: number;
  /** The version that one comes to: backwards, the one before. */
  readonly arrivesAt: number;
}

function changesBetween({ from, to }: ComparedVersions): readonly Change[] {
  const isForwards = minorOf(from) <= minorOf(to);
  const [low, high] = isForwards ? [minorOf(from), minorOf(to)] : [minorOf(to), minorOf(from)];
  const minors = CHANGING_MINORS.filter((minor) => minor > low && minor <= high);
  if (isForwards) return minors.map((minor) => ({ minor, arrivesAt: minor }));
  return minors.toReversed().map((minor) => ({ minor, arrivesAt: minor - 1 }));
}

function deniedOnlyBy(evaluation: PodEvaluation, other: PodEvaluation): readonly StepCheck[] {
  const elsewhere = new Set(other.results.filter(isDenial).map(({ id }) => id));
  return evaluation.results
    .filter((result) => isDenial(result) && !elsewhere.has(result.id))
    .map(({ id, reason, detail, advice }) => ({ check: id, reason, detail, advice }));
}

function isDenial({ allowed }: CheckResult): boolean {
  return !allowed;
}

function verdict(evaluation: PodEvaluation): VersionVerdict {
  return { allowed: evaluation.allowed, message: violationMessage(evaluation) };
}

function standardChange(
  { id, title, level, description, versions }: Check,
  { minimumVersion, change, overrides = [] }: VersionedCheck,
): StandardChange {
  const isFirst = versions[0]?.minimumVersion === minimumVersion;
  const added =
    overrides.length === 0 ? description : `${description} Stands in for ${overrides.join(', ')}.`;
  return {
    version: minimumVersion,
    check: id,
    title,
    level,
    change: isFirst ? 'added' : 'revised',
    text: isFirst ? added : (change ?? description),
  };
}
