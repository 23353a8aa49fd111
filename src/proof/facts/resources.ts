import type { Fact } from '../../core/contract/proof-report.ts';
import { type Origin } from '../../core/sourced.ts';
import { fact, type Judge, type Subject } from '../fact.ts';
import type { CgroupValue } from '../observation.ts';

const PAGE_BYTES = 4096;

/** A fact for each limit whose controller this machine has; without it the run says so as a finding. */
export const resources: Judge = (subject) => {
  const { expected, observed } = subject;
  const { memoryLimitBytes, cpuQuotaUs, cpuPeriodUs, hugepageLimits } = expected.resources;
  const { cgroup } = observed;
  const facts = [
    limitFact(subject, 'resources.memory', memoryLimitBytes, cgroup.memoryLimit, wholePages),
    sharesFact(subject),
    limitFact(subject, 'resources.cpuQuota', cpuQuotaUs, cgroup.cpuQuotaUs),
    // Without a quota the period means nothing.
    cpuQuotaUs.value === null
      ? undefined
      : limitFact(subject, 'resources.cpuPeriod', cpuPeriodUs, cgroup.cpuPeriodUs),
    ...hugepageLimits.map(({ pageSize, limitBytes }) =>
      limitFact(subject, `resources.hugepages[${pageSize}]`, limitBytes, cgroup.hugepageLimits[pageSize]),
    ),
  ];
  return facts.filter((each) => each !== undefined);
};

interface Expected {
  readonly value: number | null;
  readonly from: Origin;
}

function limitFact(
  subject: Subject,
  field: string,
  expected: Expected,
  observed: CgroupValue<number | null> | undefined,
  rounded: (value: number) => number = (value) => value,
): Fact | undefined {
  if (observed === undefined) return undefined;
  const { value } = expected;
  const sameAfterRounding =
    value !== null && observed.value !== null && rounded(value) === rounded(observed.value);
  return fact(subject, {
    field,
    expected: value,
    observed: observed.value,
    holds: value === observed.value || sameAfterRounding,
    from: expected.from,
    source: observed.file,
    cause: limitCause(value, observed.value),
  });
}

/** The kernel counts memory in pages, rounding a limit down. */
function wholePages(bytes: number): number {
  return Math.floor(bytes / PAGE_BYTES);
}

function limitCause(expected: number | null, observed: number | null): string {
  if (observed === null) return 'its cgroup has no limit: the runtime did not set it';
  if (expected === null) return 'its cgroup has a limit that nobody asked for';
  return observed > expected
    ? 'the limit was raised behind our back'
    : 'the limit was lowered behind our back';
}

/** Version 2 has weights: the runtimes have had two formulas for them, and either is right. */
function sharesFact(subject: Subject): Fact | undefined {
  const { cpuShares } = subject.expected.resources;
  const { cpuShares: shares, cpuWeight } = subject.observed.cgroup;
  if (shares !== undefined) return limitFact(subject, 'resources.cpuShares', cpuShares, shares);
  if (cpuWeight === undefined) return undefined;
  const weights = [linearWeight(cpuShares.value), quadraticWeight(cpuShares.value)];
  return fact(subject, {
    field: 'resources.cpuShares',
    expected: weights.find((weight) => weight === cpuWeight.value) ?? weights[0],
    observed: cpuWeight.value,
    from: cpuShares.from,
    source: cpuWeight.file,
    cause: `its weight does not stand for ${cpuShares.value} shares`,
  });
}

/** runc before 1.3 and crun before 1.23: [2, 262144] onto [1, 10000] along a line. */
function linearWeight(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}

/** Later ones: along a curve that leaves 1024 shares at the default weight of 100. */
function quadraticWeight(shares: number): number {
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}
