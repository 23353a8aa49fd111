import type { PasswdEntry } from '../image/image.ts';
import { type ImageUser, imageGroup, lookUpUser, parseImageUser } from '../image/user.ts';
import { baseReferenceOf } from './base-reference.ts';
import { buildStage } from './build-stage.ts';
import type { BuildState, UserLine } from './build-state.ts';
import { sourceStageOf } from './copy-sources.ts';
import { baseAccounts, holdsAccounts, madeAccounts } from './known-accounts.ts';
import type { MadeAccount } from './made-accounts.ts';
import { lineageOf } from './resolve-stages.ts';
import { type WellKnownBase, wellKnownBase } from './well-known-bases.ts';

/** Who the image runs as, with what is known of that account. */
export interface BuiltUser {
  readonly user: ImageUser;
  /** As the configuration has it. */
  readonly written: string;
  readonly group: string | undefined;
  /** The line that decided it; undefined where the base image did. */
  readonly line: UserLine | undefined;
  readonly isRoot: boolean;
}

export function builtUser(state: BuildState): BuiltUser {
  const written = state.config.User ?? '';
  const user = parseImageUser(written);
  const isRoot =
    user.kind === 'none' ||
    (user.kind === 'numeric' && user.uid === 0) ||
    (user.kind === 'name' && user.name === 'root');
  return { user, written, group: imageGroup(written), line: state.users.at(-1), isRoot };
}

/** A uid to write, and how it is known: `its passwd has app`. */
export interface KnownUid {
  readonly uid: number;
  readonly why: string;
}

/** The uid of an account by its name. The last line that makes it wins over the base image. */
export function uidOf(name: string, state: BuildState): KnownUid | undefined {
  const made = madeAccount(name, state);
  if (made !== undefined)
    return made.id === undefined ? undefined : { uid: made.id, why: `line ${made.line} makes ${name}` };
  const entry = baseAccounts(state)?.passwd.find((it) => it.name === name);
  if (entry !== undefined) return { uid: entry.uid, why: `the base image's passwd has ${name}` };
  const copied = copiedUid(name, state);
  if (copied !== undefined) return copied;
  const account = knownBase(state)?.account;
  if (account?.name === name) return { uid: account.uid, why: `the base image has ${name}` };
  return name === 'nobody' && state.base?.accounts === undefined ? nobody : undefined;
}

const nobody: KnownUid = { uid: 65_534, why: 'nobody in Debian, Alpine and Fedora' };

/**
 * Whether it is the base image that decides who the image runs as, and what is known of that one: nothing, or what its
 * makers document.
 */
export function dependsOnBase(
  { user, line }: BuiltUser,
  state: BuildState,
): 'documented' | 'unknown' | undefined {
  const reference = baseReferenceOf(state.dockerfile);
  if (reference === undefined || state.base !== undefined || state.isWindows) return undefined;
  if (line !== undefined && (line.unset.length === 0 || user.kind === 'name')) return undefined;
  return knownBase(state) === undefined ? 'unknown' : 'documented';
}

/** Of a passwd that is copied from another stage: what the RUN lines of that one made. */
function copiedUid(name: string, { copies, dockerfile }: BuildState): KnownUid | undefined {
  const copy = copies.findLast(({ from, destination }) => from !== undefined && holdsAccounts(destination));
  const source = copy && sourceStageOf(copy.instruction, dockerfile.stages);
  if (copy === undefined || source === undefined) return undefined;
  const lineage = lineageOf(dockerfile.stages, source);
  const other = buildStage({ ...dockerfile, target: source, lineage }, undefined);
  const made = madeAccount(name, other);
  if (made?.id === undefined) return undefined;
  return {
    uid: made.id,
    why: `line ${made.line} makes ${name}, and line ${copy.instruction.line} copies it`,
  };
}

/** The RUN line that makes an account, whatever uid it gets. */
export function madeAccount(name: string, state: BuildState): MadeAccount | undefined {
  return madeAccounts(state).findLast((it) => it.kind === 'user' && it.name === name);
}

/** The account that evidently is there for the application; undefined where there is none, or more than one. */
export function applicationAccount(state: BuildState): KnownUid | undefined {
  const made = madeAccounts(state).findLast((it) => it.kind === 'user' && it.id !== undefined && it.id > 0);
  if (made?.id !== undefined) return { uid: made.id, why: `line ${made.line} makes ${made.name}` };
  const passwd = baseAccounts(state)?.passwd;
  const people = passwd?.filter(isPerson) ?? [];
  const [person] = people;
  if (person !== undefined && people.length === 1)
    return { uid: person.uid, why: `the base image's passwd has ${person.name}` };
  const account = knownBase(state)?.account;
  if (account === undefined) return undefined;
  const isThere =
    passwd === undefined || passwd.some((it) => it.name === account.name && it.uid === account.uid);
  return isThere ? { uid: account.uid, why: `the base image has ${account.name}` } : undefined;
}

/** Distributions count people from 1000, and nobody is not one of them. */
function isPerson({ uid }: PasswdEntry): boolean {
  return uid >= 1000 && uid < 65_534;
}

function knownBase({ dockerfile }: BuildState): WellKnownBase | undefined {
  const reference = baseReferenceOf(dockerfile);
  return reference === undefined ? undefined : wellKnownBase(reference);
}

/** The gid that the group of USER stands for, and the one that the user has by itself, as far as they are known. */
export function groupIds(
  group: string,
  { user }: BuiltUser,
  state: BuildState,
): { readonly gid: number | undefined; readonly own: number | undefined } {
  const accounts = baseAccounts(state);
  const made = madeAccounts(state);
  const gidOf = (name: string): number | undefined =>
    /^\d{1,10}$/.test(name)
      ? Number(name)
      : (made.findLast((it) => it.kind === 'group' && it.name === name)?.id ??
        accounts?.group.find((it) => it.name === name)?.gid);
  const own = made.findLast(
    (it) =>
      it.kind === 'user' &&
      ((user.kind === 'name' && it.name === user.name) || (user.kind === 'numeric' && it.id === user.uid)),
  )?.group;
  const key = user.kind === 'name' ? user.name : user.kind === 'numeric' ? user.uid : 0;
  const entry = accounts === undefined ? undefined : lookUpUser(accounts, key);
  return { gid: gidOf(group), own: own === undefined ? entry?.gid : gidOf(own) };
}
