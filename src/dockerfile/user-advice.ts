import { shellWord } from '../core/shell-word.ts';
import { baseReferenceOf } from './base-reference.ts';
import type { BuildState, UserLine } from './build-state.ts';
import { applicationAccount, type BuiltUser, madeAccount, uidOf } from './image-user.ts';
import { accountsOf } from './known-accounts.ts';
import type { Instruction } from './parsed-dockerfile.ts';

/** The line to change, and what to write there. */
export interface UserAdvice {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A uid that no distribution gives to anybody. */
const freeUid = 10_001;

/** What makes `runAsNonRoot` accept an image that it refuses now. */
export function userAdvice(user: BuiltUser, state: BuildState): UserAdvice {
  const { line } = user;
  if (line !== undefined && line.value === '' && line.unset.length > 0) return unsetAdvice(line, state);
  if (user.isRoot) return rootAdvice(user, state);
  return user.user.kind === 'name' ? nameAdvice(user.user.name, user, state) : rangeAdvice(user, state);
}

function unsetAdvice(line: UserLine, state: BuildState): UserAdvice {
  const [name = ''] = line.unset;
  const { restLine, restColumn } = line.instruction;
  const place = { line: restLine, column: restColumn };
  const declared = state.dockerfile.stages[line.stage]?.instructions.some(
    ({ keyword, rest }) => keyword === 'ARG' && rest.split('=', 1)[0] === name,
  );
  return declared === true
    ? { text: `give ${name} a value: --build-arg ${name}=${freeUid}`, ...place }
    : { text: `add  ARG ${name}=${freeUid}  before line ${line.instruction.line}`, ...place };
}

function rootAdvice({ line }: BuiltUser, state: BuildState): UserAdvice {
  const { text, why } = nonRootUser(state);
  const place = placeForUser(line, state);
  const reason = why === undefined ? ', if the program can do without root' : ` (${why})`;
  return { text: `${written(text, place)}${reason}`, ...at(place) };
}

/** The number that an earlier line chose, `$APP_UID` where the environment has it, or the account that is there. */
function nonRootUser(state: BuildState): { readonly text: string; readonly why?: string } {
  const earlier = state.users.findLast(({ value }) => /^[1-9]\d{0,8}(?::.*)?$/.test(value));
  if (earlier !== undefined)
    return { text: `USER ${earlier.instruction.rest}`, why: `as in line ${earlier.instruction.line}` };
  const appUid = state.env.get('APP_UID') ?? '';
  if (/^[1-9]\d{0,8}$/.test(appUid)) return { text: 'USER $APP_UID', why: `which is ${appUid}` };
  const account = applicationAccount(state);
  return account === undefined
    ? { text: `USER ${freeUid}` }
    : { text: `USER ${account.uid}`, why: account.why };
}

function nameAdvice(name: string, user: BuiltUser, state: BuildState): UserAdvice {
  const { line } = user;
  const place: Place =
    line === undefined || line.isTrigger
      ? placeForUser(undefined, state)
      : { kind: 'replace', line: line.instruction.restLine, column: line.instruction.restColumn };
  const group = user.group === undefined ? '' : `:${user.group}`;
  const write = (uid: number | 'UID' | '$APP_UID'): string => written(`USER ${uid}${group}`, place);
  const comment = /^(\d+)\s+#/.exec(name)?.[1];
  if (comment !== undefined)
    return { text: `${write(Number(comment))}: a comment needs a line of its own`, ...at(place) };
  const known = uidOf(name, state);
  if (known !== undefined && known.uid > 0) {
    const isAppUid = state.env.get('APP_UID') === String(known.uid);
    const text = isAppUid
      ? `${write('$APP_UID')} (which is ${known.uid})`
      : `${write(known.uid)} (${known.why})`;
    return { text, ...at(place) };
  }
  if (known !== undefined) return { text: `"${name}" has the uid 0: ${write(freeUid)}`, ...at(place) };
  const made = madeAccount(name, state);
  if (made !== undefined) {
    const option = made.program.endsWith('useradd') ? '--uid' : '-u';
    return {
      text: `give ${made.program} in line ${made.line}  ${option} ${freeUid}  and ${write(freeUid)}`,
      ...at(place),
    };
  }
  return { text: unknownNameAdvice(name, write, state), ...at(place) };
}

function unknownNameAdvice(name: string, write: (uid: number | 'UID') => string, state: BuildState): string {
  if (accountsOf(state) !== undefined) return `nothing makes "${name}": ${write(freeUid)}`;
  const reference = baseReferenceOf(state.dockerfile);
  return state.base === undefined && reference !== undefined
    ? `${write('UID')}: after  podproof image pull ${shellWord(reference)}  a check knows the uid of ${name}`
    : `make ${name} with a uid (useradd --uid ${freeUid} ${shellWord(name)}) and ${write(freeUid)}`;
}

function rangeAdvice({ line }: BuiltUser, state: BuildState): UserAdvice {
  const place = placeForUser(line, state);
  return { text: `write a number from 1 to ${2 ** 31 - 1} in line ${place.line}`, ...at(place) };
}

interface Place {
  /** Write it there instead, or behind. */
  readonly kind: 'replace' | 'add';
  readonly line: number;
  readonly column: number;
}

function written(text: string, { kind, line }: Place): string {
  return kind === 'replace' ? `write  ${text}  in line ${line}` : `add  ${text}  after line ${line}`;
}

function at({ line, column }: Place): { readonly line: number; readonly column: number } {
  return { line, column };
}

/** What only describes the image, and may follow a USER line as well as stand before it. */
const describing: readonly string[] = [
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'STOPSIGNAL',
];

/** In the USER line of the judged stage, unless what follows it may need root; else behind what may. */
function placeForUser(line: UserLine | undefined, { dockerfile }: BuildState): Place {
  const stage = dockerfile.stages[dockerfile.target];
  const instructions = stage?.instructions ?? [];
  const last = instructions.findLast(({ keyword }) => !describing.includes(keyword)) ?? stage?.from;
  const own = line !== undefined && !line.isTrigger && line.stage === dockerfile.target;
  if (own && last === line.instruction) {
    const { restLine, restColumn } = line.instruction;
    return { kind: 'replace', line: restLine, column: restColumn };
  }
  return { kind: 'add', ...endOf(last) };
}

function endOf(instruction: Instruction | undefined): { readonly line: number; readonly column: number } {
  return { line: instruction?.endLine ?? 1, column: 1 };
}
