import type { Fact } from '../../core/contract/proof-report.ts';
import type { Origin } from '../../core/sourced.ts';
import { fact, type Judge, procSource, type Subject } from '../fact.ts';

/** Runtimes skip a path that does not exist on this machine: there is nothing to mask (facts of the OCI spec). */
export const maskedPaths: Judge = (subject) => [
  pathsFact(subject, 'maskedPaths', subject.expected.maskedPaths, subject.observed.maskedPaths),
];

/** A path that is masked is out of reach for writing as well. */
export const readonlyPaths: Judge = (subject) => [
  pathsFact(subject, 'readonlyPaths', subject.expected.readonlyPaths, subject.observed.readonlyPaths),
];

function pathsFact(
  subject: Subject,
  field: 'maskedPaths' | 'readonlyPaths',
  { value, from }: { readonly value: readonly string[]; readonly from: Origin },
  seen: readonly string[],
): Fact {
  const mountPoints = new Set(subject.expected.mounts.map(({ destination }) => destination));
  const expected = sorted(value.filter((path) => !subject.observed.absentPaths.includes(path)));
  // A mount that was asked for may look like a mask.
  const observed = sorted(seen.filter((path) => value.includes(path) || !mountPoints.has(path)));
  const bare = expected.filter((path) => !observed.includes(path));
  const extra = observed.filter((path) => !expected.includes(path));
  const verb = field === 'maskedPaths' ? 'masked' : 'read-only';
  return fact(subject, {
    field,
    expected,
    observed,
    from,
    source: procSource(subject, 'mountinfo'),
    cause: [
      bare.length > 0 ? `not ${verb}: ${bare.join(', ')}` : '',
      extra.length > 0 ? `${verb} though nobody asked for it: ${extra.join(', ')}` : '',
    ]
      .filter(Boolean)
      .join('; '),
  });
}

function sorted(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].sort();
}
