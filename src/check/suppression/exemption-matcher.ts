import { resolve } from 'node:path';
import type { CheckFinding } from '../../core/check-finding.ts';
import { parseNameGlob, parsePathGlob } from '../../core/path-glob.ts';
import type { ConfiguredExemption } from '../../repository/check-config.ts';
import type { Candidate } from './matching.ts';
import { pathFrom } from './path-from.ts';
import type { SuppressionSettings } from './suppression-settings.ts';

/** An exemption that holds for a finding, but for its containers. */
export interface ExemptionCandidate extends Candidate {
  /** Its position in the configuration. */
  readonly index: number;
}

export interface ExemptionMatcher {
  /** Whether there is an exemption from that rule, of whatever. */
  names(rule: string): boolean;
  candidatesFor(finding: CheckFinding): readonly ExemptionCandidate[];
}

/** The exemptions that still count; undefined when there are none. */
export function openExemptions(settings: SuppressionSettings): ExemptionMatcher | undefined {
  const { configuration, workingDirectory, today } = settings;
  const compiled = (configuration?.exemptions ?? [])
    .map((exemption, index) => ({ exemption, index }))
    .filter(({ exemption }) => !isExpired(exemption, today))
    .map(compile);
  if (configuration === undefined || compiled.length === 0) return undefined;
  const byRule = new Map<string, CompiledExemption[]>();
  for (const exemption of compiled) {
    for (const rule of exemption.rules) byRule.set(rule, [...(byRule.get(rule) ?? []), exemption]);
  }
  const forAll = byRule.get('*') ?? [];
  const pathOf = pathFrom(resolve(workingDirectory, configuration.directory), workingDirectory);
  return {
    names: (rule) => forAll.length > 0 || byRule.has(rule),
    candidatesFor: (finding) => {
      const named = byRule.get(finding.rule) ?? [];
      const all = forAll.length === 0 ? named : [...named, ...forAll];
      return all.filter((exemption) => exemption.matches(finding, pathOf));
    },
  };
}

/** Whether its last day is over. Days are compared as they are written. */
export function isExpired({ expires }: ConfiguredExemption, today: string): boolean {
  return expires !== undefined && expires < today;
}

interface CompiledExemption extends ExemptionCandidate {
  readonly rules: readonly string[];
  readonly matches: (finding: CheckFinding, pathOf: (file: string) => string | undefined) => boolean;
}

function compile({
  exemption,
  index,
}: {
  readonly exemption: ConfiguredExemption;
  readonly index: number;
}): CompiledExemption {
  const { checks, reason, namespace, kind, name, container, path } = exemption;
  const matchesPath = path === undefined ? undefined : globOf(parsePathGlob(path));
  const ofObject = [
    ['namespace', nameMatcher(namespace)],
    ['kind', nameMatcher(kind)],
    ['name', nameMatcher(name)],
  ] as const;
  const wanted = ofObject.filter(([, matcher]) => matcher !== undefined);
  const covers = nameMatcher(container);
  return {
    index,
    reason,
    rules: checks,
    covers: (name) => covers === undefined || (name !== undefined && covers(name)),
    matches: ({ object, file, template }, pathOf) => {
      if (!wanted.every(([field, matcher]) => object !== undefined && matcher?.(object[field]) === true))
        return false;
      if (matchesPath === undefined) return true;
      return [file, template].some((it) => {
        const from = it === undefined ? undefined : pathOf(it);
        return from !== undefined && matchesPath(from);
      });
    },
  };
}

function nameMatcher(glob: string | undefined): ((name: string) => boolean) | undefined {
  return glob === undefined ? undefined : globOf(parseNameGlob(glob));
}

/** The configuration has been read: a glob that is none matches nothing. */
function globOf(parsed: ReturnType<typeof parsePathGlob>): (text: string) => boolean {
  return parsed.ok ? parsed.matches : () => false;
}
