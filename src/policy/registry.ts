import { PodproofError } from '../core/errors.ts';
import type { Check, CheckResult, Review } from './check.ts';
import { CHECKS } from './checks.ts';
import { type Level, minorOf, type PolicyVersion } from './level-version.ts';

/** A check at the revision that counts for one policy version. */
export interface EffectiveCheck {
  readonly id: string;
  readonly level: Check['level'];
  readonly review: Review;
}

/** What counts at one level and version, in upstream's order. */
export interface EffectiveChecks {
  readonly checks: readonly EffectiveCheck[];
  /** The results of a pod that all of them allow, made once: most pods are fine with most checks. */
  readonly allowing: readonly CheckResult[];
}

/** The checks of every level and version. */
export interface Registry {
  /** The newest version at which a check changed; `latest` and everything newer mean this one. */
  readonly maxMinor: number;
  /** Position N holds what counts at v1.N. */
  readonly baseline: readonly EffectiveChecks[];
  readonly restricted: readonly EffectiveChecks[];
}

/**
 * Proves that the table is legal and works out what counts at every version.
 * Throws `internal` with one problem per line.
 */
export function buildRegistry(checks: readonly Check[]): Registry {
  const problems = problemsOf(checks);
  if (problems.length > 0) {
    throw new PodproofError(
      'internal',
      'cannot build the registry of policy checks: its table is not legal',
      { problems },
    );
  }
  const maxMinor = Math.max(
    0,
    ...checks.flatMap(({ versions }) => versions.map((v) => minorOf(v.minimumVersion))),
  );
  const ordered = [...inOrder(checks, 'baseline'), ...inOrder(checks, 'restricted')];
  const minors = Array.from({ length: maxMinor + 1 }, (_, minor) => minor);
  return {
    maxMinor,
    baseline: minors.map((minor) => effectiveChecks(inOrder(checks, 'baseline'), minor)),
    restricted: minors.map((minor) => effectiveChecks(ordered, minor)),
  };
}

const NO_FIELDS: CheckResult['fields'] = Object.freeze([]);

function inOrder(checks: readonly Check[], level: Check['level']): readonly Check[] {
  return checks.filter((check) => check.level === level).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function effectiveChecks(checks: readonly Check[], minor: number): EffectiveChecks {
  const effective: EffectiveCheck[] = [];
  const overridden = new Set<string>();
  for (const { id, level, versions } of checks) {
    const revision = versions.findLast(({ minimumVersion }) => minorOf(minimumVersion) <= minor);
    if (revision === undefined) continue;
    effective.push({ id, level, review: revision.review });
    for (const override of revision.overrides ?? []) overridden.add(override);
  }
  return withAnswers(effective.filter(({ id }) => !overridden.has(id)));
}

function withAnswers(checks: readonly EffectiveCheck[]): EffectiveChecks {
  const allowing = checks.map(({ id }) =>
    Object.freeze({ id, allowed: true, reason: '', detail: '', advice: '', fields: NO_FIELDS }),
  );
  return Object.freeze({ checks: Object.freeze(checks), allowing: Object.freeze(allowing) });
}

function problemsOf(checks: readonly Check[]): readonly string[] {
  const levels = new Map<string, Check['level']>();
  const problems: string[] = [];
  for (const { id, level } of checks) {
    if (levels.has(id)) problems.push(`${id}: registered twice`);
    levels.set(id, level);
  }
  for (const { id, level, versions } of checks) {
    if (versions.length === 0) problems.push(`${id}: no versions`);
    let previous = -1;
    for (const { minimumVersion, overrides = [] } of versions) {
      const minor = minorOf(minimumVersion);
      if (!(minor > previous))
        problems.push(`${id}: versions must be strictly increasing at ${minimumVersion}`);
      previous = minor;
      if (overrides.length > 0 && level !== 'restricted')
        problems.push(`${id}: only restricted checks may override`);
      for (const override of overrides) {
        if (levels.get(override) !== 'baseline')
          problems.push(`${id}: overrides ${override}, which is no baseline check`);
      }
    }
  }
  return problems;
}

const REGISTRY = buildRegistry(CHECKS);

/** N of every v1.N that differs from the version before, oldest first; the first is 0. */
export const CHANGING_MINORS: readonly number[] = [
  ...new Set(CHECKS.flatMap(({ versions }) => versions.map((it) => minorOf(it.minimumVersion)))),
].sort((a, b) => a - b);

/** The newest policy version that differs from the one before: what `latest` means. */
export const NEWEST_VERSION: PolicyVersion = `v1.${REGISTRY.maxMinor}`;

const NO_CHECKS = withAnswers([]);

/** What is evaluated at that level and version, in upstream's order: baseline before restricted, each by id. */
export function checksFor(level: Level, version: PolicyVersion): EffectiveChecks {
  if (level === 'privileged') return NO_CHECKS;
  return REGISTRY[level][Math.min(minorOf(version), REGISTRY.maxMinor)] ?? NO_CHECKS;
}
