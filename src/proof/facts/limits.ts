import type { LsmConfinement, Rlimit } from '../../confinement/confinement.ts';
import type { Fact } from '../../core/contract/proof-report.ts';
import type { Sourced } from '../../core/sourced.ts';
import { fact, type Judge, procSource, type Subject } from '../fact.ts';

export const oomScoreAdj: Judge = (subject) => {
  const { value, from } = subject.expected.oomScoreAdj;
  return [
    fact(subject, {
      field: 'oomScoreAdj',
      expected: value,
      observed: subject.observed.oomScoreAdj,
      from,
      source: procSource(subject, 'oom_score_adj'),
      cause: 'the runtime set another score: without CAP_SYS_RESOURCE it cannot be lowered',
    }),
  ];
};

/** A fact for each resource limit that is not as it should be, and one for all the others together. */
export const rlimits: Judge = (subject) => {
  const { value: wanted } = subject.expected.rlimits;
  const seen = subject.observed.rlimits;
  const isAsWanted = ({ type, soft, hard }: Rlimit): boolean =>
    seen.some((limit) => limit.type === type && limit.soft === soft && limit.hard === hard);
  const held = wanted.filter(isAsWanted);
  const broken = wanted.filter((limit) => !isAsWanted(limit));
  return [
    ...(held.length === 0 ? [] : [limitsFact(subject, 'rlimits', byName(held), byName(held))]),
    ...broken.map(({ type, soft, hard }) => {
      const found = seen.find((limit) => limit.type === type);
      const observed = found === undefined ? null : { soft: found.soft, hard: found.hard };
      return limitsFact(subject, `rlimits[${type}]`, { soft, hard }, observed);
    }),
  ];
};

function limitsFact(subject: Subject, field: string, expected: unknown, observed: unknown): Fact {
  return fact(subject, {
    field,
    expected,
    observed,
    from: subject.expected.rlimits.from,
    source: procSource(subject, 'limits'),
    cause: 'the runtime, or the process itself (setrlimit), set another limit',
  });
}

/** `{ RLIMIT_NOFILE: { soft, hard } }`. */
function byName(limits: readonly Rlimit[]): Readonly<Record<string, Omit<Rlimit, 'type'>>> {
  return Object.fromEntries(limits.map(({ type, soft, hard }) => [type, { soft, hard }]));
}

export const appArmor: Judge = (subject) =>
  lsmFact(subject, 'appArmor', subject.expected.appArmor, subject.observed.appArmor);

export const seLinux: Judge = (subject) =>
  lsmFact(subject, 'seLinux', subject.expected.seLinux, subject.observed.seLinux);

/** A label that this kernel has no module for cannot be judged: the run says so as a finding. */
function lsmFact(
  subject: Subject,
  field: 'appArmor' | 'seLinux',
  { value, from }: Sourced<LsmConfinement>,
  observed: LsmConfinement,
): readonly Fact[] {
  if (value.mode === 'none' || observed.mode === 'none') return [];
  return [
    fact(subject, {
      field,
      expected: value,
      observed,
      from,
      source: procSource(subject, field === 'appArmor' ? 'attr/apparmor/current' : 'attr/current'),
      cause: observed.mode === 'label' ? `it runs under ${observed.label}` : 'it runs without a label',
    }),
  ];
}
