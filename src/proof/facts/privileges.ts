import type { Seccomp } from '../../confinement/confinement.ts';
import { fact, type Judge, procSource } from '../fact.ts';
import type { Observation, ObservedSeccomp } from '../observation.ts';
import { ownDoing } from '../own-doing.ts';

export const noNewPrivileges: Judge = (subject) => {
  const { value, from } = subject.expected.noNewPrivileges;
  const observed = subject.observed.noNewPrivileges;
  const inherited = subject.observed.observer.noNewPrivileges;
  return [
    fact(subject, {
      field: 'noNewPrivileges',
      expected: value,
      observed,
      from,
      source: procSource(subject, 'status NoNewPrivs'),
      because: !value && observed ? ownDoing(subject, value, (seen) => seen.noNewPrivileges) : undefined,
      cause: noNewPrivilegesCause(value, inherited),
    }),
  ];
};

function noNewPrivilegesCause(expected: boolean, inherited: boolean): string {
  if (expected) return 'the runtime did not set it: a setuid program can gain rights';
  if (inherited) return 'podproof itself runs with no_new_privs, which every process that it starts inherits';
  return 'the runtime set it though nobody asked for it, or the process set it itself (prctl)';
}

/** Filters that we run under ourselves are inherited by every container: only those on top of them count. */
export const seccomp: Judge = (subject) => {
  const { value, from } = subject.expected.seccomp;
  const inherited = subject.observed.observer.seccompFilters;
  const read = ({ seccomp: seen }: Observation) => ownFilters(seen, inherited);
  const observed = read(subject.observed);
  const holds = value.mode === observed.mode;
  return [
    fact(subject, {
      field: 'seccomp',
      expected: value,
      observed,
      holds,
      from,
      source: procSource(subject, `status Seccomp, Seccomp_filters`),
      because:
        value.mode === 'unconfined' && observed.mode === 'filter'
          ? ownDoing(subject, 'unconfined', (seen) => read(seen).mode)
          : undefined,
      cause: seccompCause(value, observed),
    }),
  ];
};

export function ownFilters(seen: ObservedSeccomp, inherited: number): ObservedSeccomp {
  const filters = Math.max(seen.filters - inherited, 0);
  return { mode: seen.mode === 'filter' && filters === 0 ? 'unconfined' : seen.mode, filters };
}

function seccompCause(expected: Seccomp, observed: ObservedSeccomp): string {
  if (expected.mode === 'filter' && observed.mode === 'unconfined') {
    return 'the kernel has no filter for it: the runtime was built without seccomp, or left the profile out (podproof doctor)';
  }
  return 'there is a filter that nobody asked for: from the runtime, or set by the process itself';
}
