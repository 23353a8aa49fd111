import { type CheckFinding, type Suppress, suppress } from '../../core/check-finding.ts';
import type {
  ContainerReport,
  FileReport,
  ObjectReport,
  Suppression,
  WorkloadReport,
} from '../../core/contract/check-report.ts';
import { type BaselineMatcher, openBaseline } from './baseline-matcher.ts';
import { type ExemptionMatcher, openExemptions } from './exemption-matcher.ts';
import { readIgnores, unusedIgnore } from './ignore-annotation.ts';
import { blamedContainers, type ContainerNames, covering, reasonOf } from './matching.ts';
import type { SuppressionSettings, SuppressionUse } from './suppression-settings.ts';
import { NO_USE } from './suppression-use.ts';
import type { Ignore, ObjectIgnores, Suppressed, Suppressor } from './suppressor.ts';

/** Compiles the settings. */
export function openSuppressor(settings: SuppressionSettings): Suppressor {
  const rules = new Set(settings.rules);
  // What cannot be read has no object, and nothing may take it out.
  rules.delete('unreadable');
  const exemptions = openExemptions(settings);
  const baseline = openBaseline(settings);
  return {
    ignoresOf: (object) => (settings.annotations ? readIgnores(object, rules) : undefined),
    apply: (report, ignores) => {
      if (ignores.length === 0 && exemptions === undefined && baseline === undefined) {
        return { report, use: NO_USE };
      }
      return new Application(exemptions, baseline, ignores).apply(report);
    },
  };
}

/** One report on its way through: what was used is counted here. */
class Application {
  readonly #exemptions: ExemptionMatcher | undefined;
  readonly #baseline: BaselineMatcher | undefined;
  readonly #ignores: ReadonlyMap<string, ObjectIgnores>;
  readonly #usedIgnores = new Set<Ignore>();
  readonly #usedExemptions = new Set<number>();
  readonly #usedBaseline = new Map<string, number>();

  constructor(
    exemptions: ExemptionMatcher | undefined,
    baseline: BaselineMatcher | undefined,
    ignores: readonly ObjectIgnores[],
  ) {
    this.#exemptions = exemptions;
    this.#baseline = baseline;
    this.#ignores = new Map(ignores.map((it) => [keyOf(it.object), it]));
  }

  apply(report: FileReport): Suppressed {
    const reported = new Set([...report.workloads, ...report.objects].map(keyOf));
    const unreported = [...this.#ignores].filter(([key]) => !reported.has(key));
    const objects = [
      ...report.objects,
      ...unreported.map(([, { object }]) => ({ ...object, invalid: [], findings: [] })),
    ];
    const rest = suppress({ ...report, workloads: [], objects: [] }, this.#decider([], {}));
    return {
      report: {
        ...rest,
        workloads: report.workloads.map((it) => this.#workload(it)),
        objects: objects.map((it) => this.#object(it)),
      },
      use: this.#use(),
    };
  }

  #workload(workload: WorkloadReport): WorkloadReport {
    const own = this.#ignores.get(keyOf(workload));
    if (own === undefined && !this.#mayConcern(workload)) return workload;
    const names =
      this.#exemptions === undefined && own === undefined ? {} : containerNames(workload.containers);
    const told = { ...workload, findings: [...workload.findings, ...(own?.findings ?? [])] };
    const decide = this.#decider(own?.ignores ?? [], names);
    const [suppressed = told] = suppress({ ...NOTHING, workloads: [told] }, decide).workloads;
    return this.#withUnused(suppressed, own);
  }

  /** Most workloads have nothing that could be taken out; they are not looked at twice. */
  #mayConcern({ invalid, admission, findings, containers }: WorkloadReport): boolean {
    const isNamed = (rule: string): boolean =>
      this.#baseline !== undefined || this.#exemptions?.names(rule) === true;
    return (
      (invalid.length > 0 && isNamed('invalid')) ||
      admission.violations.some(({ check }) => isNamed(check)) ||
      findings.some(({ code }) => isNamed(code)) ||
      containers.some(
        ({ start, findings: own }) =>
          (!start.ok && isNamed(start.reason)) || own.some(({ code }) => isNamed(code)),
      )
    );
  }

  #object(object: ObjectReport): ObjectReport {
    const own = this.#ignores.get(keyOf(object));
    const told = { ...object, findings: [...object.findings, ...(own?.findings ?? [])] };
    const decide = this.#decider(own?.ignores ?? [], {});
    const [suppressed = told] = suppress({ ...NOTHING, objects: [told] }, decide).objects;
    return this.#withUnused(suppressed, own);
  }

  #withUnused<O extends ObjectReport>(object: O, own: ObjectIgnores | undefined): O {
    const unused = own?.ignores.filter((ignore) => !this.#usedIgnores.has(ignore)) ?? [];
    if (unused.length === 0) return object;
    return { ...object, findings: [...object.findings, ...unused.map(unusedIgnore)] };
  }

  /** Annotations first, then the configuration, then the baseline. */
  #decider(ignores: readonly Ignore[], names: ContainerNames): Suppress {
    return (finding) => {
      if (finding.class === 'unreadable') return undefined;
      return (
        finding.suppressed ??
        this.#byAnnotation(finding, ignores, names) ??
        this.#byConfiguration(finding, names) ??
        this.#byBaseline(finding)
      );
    };
  }

  #byAnnotation(
    finding: CheckFinding,
    ignores: readonly Ignore[],
    names: ContainerNames,
  ): Suppression | undefined {
    // An annotation does not excuse itself.
    if (ignores.length === 0 || finding.rule.startsWith('ignore-')) return undefined;
    const candidates = ignores
      .filter(({ rule }) => rule === finding.rule)
      .map((ignore) => ({
        ignore,
        reason: ignore.reason,
        covers: (name: string | undefined) => ignore.container === undefined || ignore.container === name,
      }));
    if (candidates.length === 0) return undefined;
    const used = covering(candidates, blamedContainers(finding, names));
    for (const { ignore } of used) this.#usedIgnores.add(ignore);
    return used.length === 0 ? undefined : { by: 'annotation', reason: reasonOf(used) };
  }

  #byConfiguration(finding: CheckFinding, names: ContainerNames): Suppression | undefined {
    const candidates = this.#exemptions?.candidatesFor(finding) ?? [];
    if (candidates.length === 0) return undefined;
    const used = covering(candidates, blamedContainers(finding, names));
    for (const { index } of used) this.#usedExemptions.add(index);
    return used.length === 0 ? undefined : { by: 'configuration', reason: reasonOf(used) };
  }

  #byBaseline(finding: CheckFinding): Suppression | undefined {
    const known = this.#baseline?.find(finding);
    if (known === undefined) return undefined;
    const { fingerprint, count, reason } = known;
    const used = this.#usedBaseline.get(fingerprint) ?? 0;
    if (used >= count) return undefined;
    this.#usedBaseline.set(fingerprint, used + 1);
    return { by: 'baseline', reason };
  }

  #use(): SuppressionUse {
    return {
      exemptions: [...this.#usedExemptions],
      baseline: this.#usedBaseline.size === 0 ? [] : [Object.fromEntries(this.#usedBaseline)],
    };
  }
}

const NOTHING: FileReport = Object.freeze({
  workloads: [],
  objects: [],
  dockerfiles: [],
  problems: [],
  skipped: [],
});

/** Which object of a unit; one file is one unit, or a part of one. */
function keyOf({ source, apiVersion, kind, name }: ObjectIgnores['object']): string {
  return `${source.document}:${source.line}:${apiVersion}/${kind}/${name}`;
}

const LISTS: Readonly<Record<ContainerReport['type'], string>> = {
  container: 'containers',
  init: 'initContainers',
  sidecar: 'initContainers',
  ephemeral: 'ephemeralContainers',
};

/** Reports name containers in the order of their lists. */
function containerNames(containers: readonly ContainerReport[]): ContainerNames {
  const names: Record<string, string[]> = { containers: [], initContainers: [], ephemeralContainers: [] };
  for (const { type, name } of containers) names[LISTS[type]]?.push(name);
  return names;
}
