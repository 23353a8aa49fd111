import type { GroupEntry, ImageAccounts, PasswdEntry } from '../image/image.ts';
import { lookUpUser, parseImageUser } from '../image/user.ts';
import { baseReferenceOf } from './base-reference.ts';
import type { BuildState } from './build-state.ts';
import type { MadeAccount } from './made-accounts.ts';

const placesOfAccounts: readonly string[] = ['/', '/etc', '/etc/passwd', '/etc/group'];

/**
 * The accounts that the image surely has, as far as its user goes by them: those of the base image and those that RUN
 * lines evidently make. Undefined where a line may have changed them unseen, or made the one that the image runs as.
 */
export function accountsOf(state: BuildState): ImageAccounts | undefined {
  const base = baseAccounts(state);
  if (base === undefined || state.runs.some((run) => run.mayChangeAccounts)) return undefined;
  if (state.copies.some(({ destination }) => holdsAccounts(destination))) return undefined;
  const accounts = withMade(base, madeAccounts(state));
  const user = parseImageUser(state.config.User ?? '');
  const key = user.kind === 'name' ? user.name : user.kind === 'numeric' ? user.uid : 0;
  const isFound = key === 0 || lookUpUser(accounts, key) !== undefined;
  return isFound || state.runs.length === 0 ? accounts : undefined;
}

/** A COPY to there may bring /etc/passwd along. */
export function holdsAccounts(destination: string): boolean {
  return placesOfAccounts.includes(destination);
}

/** Those of the base image, which `scratch` has none of. */
export function baseAccounts(state: BuildState): ImageAccounts | undefined {
  const isScratch = baseReferenceOf(state.dockerfile) === undefined;
  return isScratch ? { passwd: [], group: [] } : state.base?.accounts;
}

/** Those of RUN lines, in their order. */
export function madeAccounts({ runs }: BuildState): readonly MadeAccount[] {
  return runs.flatMap(({ accounts }) => accounts);
}

function withMade(base: ImageAccounts, made: readonly MadeAccount[]): ImageAccounts {
  const passwd: PasswdEntry[] = [...base.passwd];
  const group: GroupEntry[] = [...base.group];
  const gids = new Map(group.map(({ name, gid }) => [name, gid]));
  for (const { kind, name, id, group: written, isCertain } of made) {
    if (!isCertain || id === undefined) continue;
    if (kind === 'group') {
      group.push({ name, gid: id, members: [] });
      gids.set(name, id);
      continue;
    }
    const gid =
      written === undefined ? undefined : /^\d{1,10}$/.test(written) ? Number(written) : gids.get(written);
    if (gid !== undefined) passwd.push({ name, uid: id, gid, gecos: '', home: '', shell: '' });
  }
  return { passwd, group };
}
