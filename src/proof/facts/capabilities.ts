import type { Capability } from '../../confinement/capability.ts';
import type { CapabilitySets } from '../../confinement/confinement.ts';
import type { Fact } from '../../core/contract/proof-report.ts';
import { fact, type Judge, procSource, type Subject } from '../fact.ts';
import { ownDoing } from '../own-doing.ts';

/** Each set with its line in `/proc/PID/status`. */
const SETS: readonly { readonly set: keyof CapabilitySets; readonly line: string }[] = Object.freeze([
  { set: 'bounding', line: 'CapBnd' },
  { set: 'effective', line: 'CapEff' },
  { set: 'permitted', line: 'CapPrm' },
  { set: 'inheritable', line: 'CapInh' },
  { set: 'ambient', line: 'CapAmb' },
]);

/** A fact for each of the five sets. */
export const capabilities: Judge = (subject) =>
  SETS.map(({ set, line }) => capabilitySet(subject, set, line));

function capabilitySet(subject: Subject, set: keyof CapabilitySets, line: string): Fact {
  const { value, from } = subject.expected.capabilities;
  const expected = value[set];
  const observed = subject.observed.capabilities[set];
  const extra = observed.filter((capability) => !expected.includes(capability));
  const missing = expected.filter((capability) => !observed.includes(capability));
  return fact(subject, {
    field: `capabilities.${set}`,
    expected,
    observed,
    from,
    source: procSource(subject, `status ${line}`),
    because:
      extra.length === 0 && missing.length > 0 && couldDrop(subject, set)
        ? ownDoing(subject, expected, ({ capabilities: sets }) => sets[set])
        : undefined,
    cause: causeOf(extra, missing),
  });
}

/** The bounding set may be left with SETPCAP only (capabilities(7)); from the others everyone may drop. */
function couldDrop({ expected }: Subject, set: keyof CapabilitySets): boolean {
  return set !== 'bounding' || expected.capabilities.value.effective.includes('SETPCAP');
}

function causeOf(extra: readonly Capability[], missing: readonly Capability[]): string {
  const more = extra.length === 0 ? '' : `has ${extra.join(', ')} more than it should`;
  const fewer = missing.length === 0 ? '' : `lacks ${missing.join(', ')}`;
  return [more, fewer].filter(Boolean).join('; ');
}
