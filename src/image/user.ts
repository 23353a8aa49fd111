import type { GroupEntry, ImageAccounts, PasswdEntry } from './image.ts';

/** The user part of an image's `USER`, as the CRI runtimes report it to the kubelet. */
export type ImageUser =
  | { readonly kind: 'none' }
  | { readonly kind: 'numeric'; readonly uid: number }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads `USER` as containerd and CRI-O do: cut at the first colon; a 64-bit decimal number is a uid, anything else a name,
 * nothing is nothing. The group part is theirs to throw away: see `imageGroup`.
 */
export function parseImageUser(user: string): ImageUser {
  const [name = ''] = user.split(':', 1);
  if (name === '') return { kind: 'none' };
  if (
    /^[+-]?[0-9]+$/.test(name) &&
    BigInt.asIntN(64, BigInt(name.replace(/^\+/, ''))) === BigInt(name.replace(/^\+/, ''))
  )
    return { kind: 'numeric', uid: Number(name) };
  return { kind: 'name', name };
}

/** The group part of `USER`: `docker run` uses it, Kubernetes throws it away. Undefined when there is none. */
export function imageGroup(user: string): string | undefined {
  const colon = user.indexOf(':');
  return colon < 0 || colon === user.length - 1 ? undefined : user.slice(colon + 1);
}

/** The first passwd entry of that uid, or of that name; a name of digits is found by either, as the runtimes do. */
export function lookUpUser(accounts: ImageAccounts, user: number | string): PasswdEntry | undefined {
  if (typeof user === 'number') return accounts.passwd.find((entry) => entry.uid === user);
  const uid = /^[0-9]+$/.test(user) ? Number(user) : undefined;
  return accounts.passwd.find((entry) => entry.name === user || entry.uid === uid);
}

/** The first group entry of that gid, or of that name. */
export function lookUpGroup(accounts: ImageAccounts, group: number | string): GroupEntry | undefined {
  if (typeof group === 'number') return accounts.group.find((entry) => entry.gid === group);
  const gid = /^[0-9]+$/.test(group) ? Number(group) : undefined;
  return accounts.group.find((entry) => entry.name === group || entry.gid === gid);
}

/** The gids of the groups that name the user as their member, in the file's order. */
export function groupsOf(accounts: ImageAccounts, username: string): readonly number[] {
  return accounts.group.filter((entry) => entry.members.includes(username)).map((entry) => entry.gid);
}
