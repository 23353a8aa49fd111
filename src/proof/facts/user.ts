import type { Fact } from '../../core/contract/proof-report.ts';
import { fact, type Judge, procSource, type Subject } from '../fact.ts';
import type { Ids, Observation } from '../observation.ts';
import { ownDoing } from '../own-doing.ts';

/** Real, effective, saved and file system uid, all of them: a saved 0 is a way back to root. */
export const userUid: Judge = (subject) => {
  const { uid } = subject.expected.user.value;
  if (uid === null) return [];
  return [idFact(subject, 'uid', uid, ({ user }) => single(user.inside.uid))];
};

export const userGid: Judge = (subject) => {
  const { gid } = subject.expected.user.value;
  if (gid === null) return [];
  return [idFact(subject, 'gid', gid, ({ user }) => single(user.inside.gid))];
};

/** As sets: the kernel sorts them. */
export const userGroups: Judge = (subject) => {
  const { expected } = subject;
  if (expected.user.value.uid === null) return [];
  const groups = ascending<number | null>(expected.user.value.groups);
  const read = ({ user }: Observation) => ascending(user.inside.groups);
  const observed = read(subject.observed);
  const missing = groups.filter((group) => !observed.includes(group));
  const extra = observed.filter((group) => !groups.includes(group));
  return [
    fact(subject, {
      field: 'user.groups',
      expected: groups,
      observed,
      from: expected.userOrigins.groups,
      source: procSource(subject, 'status Groups'),
      because: missing.length + extra.length === 0 ? undefined : droppedUser(subject, 'SETGID', groups, read),
      cause: [
        missing.length > 0 ? `lacks ${list(missing)}` : '',
        extra.length > 0 ? `has ${list(extra)} which nobody asked for` : '',
      ]
        .filter(Boolean)
        .join('; '),
    }),
  ];
};

function idFact(
  subject: Subject,
  which: 'uid' | 'gid',
  id: number,
  read: (observation: Observation) => unknown,
): Fact {
  const observed = read(subject.observed);
  return fact(subject, {
    field: `user.${which}`,
    expected: id,
    observed,
    from: subject.expected.userOrigins[which],
    source: procSource(subject, `status ${which === 'uid' ? 'Uid' : 'Gid'}`),
    because:
      observed === id ? undefined : droppedUser(subject, which === 'uid' ? 'SETUID' : 'SETGID', id, read),
    cause: idCause(observed),
  });
}

/** Only root can leave its user, and then choose any groups: every other change was not the process's own doing. */
function droppedUser(
  subject: Subject,
  needed: 'SETUID' | 'SETGID',
  expected: unknown,
  read: (observation: Observation) => unknown,
): string | undefined {
  const { user, capabilities } = subject.expected;
  const ids = Object.values(subject.observed.user.inside.uid);
  const hasLeftRoot = user.value.uid === 0 && !ids.includes(0);
  const couldLeave = capabilities.value.permitted.includes(needed);
  return hasLeftRoot && couldLeave ? ownDoing(subject, expected, read) : undefined;
}

function idCause(observed: unknown): string {
  if (observed === null) return 'the process runs as an id that its user namespace does not map';
  if (typeof observed === 'object') {
    return 'its real, effective, saved and file system ids differ: a setuid program, or one that changed itself in part';
  }
  return `the runtime started it with ${JSON.stringify(observed)}, and nothing shows that the process changed itself`;
}

/** One number when all four are the same, as they should be. */
export function single(ids: Ids<number | null>): number | null | Ids<number | null> {
  return new Set(Object.values(ids)).size === 1 ? ids.real : ids;
}

/** Null stands for a group that the user namespace does not map. */
export function ascending<Id extends number | null>(ids: readonly Id[]): readonly Id[] {
  return [...new Set(ids)].sort((a, b) => (a ?? Number.MAX_SAFE_INTEGER) - (b ?? Number.MAX_SAFE_INTEGER));
}

function list(groups: readonly (number | null)[]): string {
  return `group${groups.length === 1 ? '' : 's'} ${groups.map((group) => group ?? 'unmapped').join(', ')}`;
}
