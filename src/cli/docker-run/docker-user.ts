import type { Image, ImageAccounts } from '../../image/image.ts';
import type { PodSecurityContext } from '../../kube/pod.ts';
import type { DockerFlags } from './docker-flags.ts';
import type { Remarks } from './remarks.ts';

type UserContext = Pick<
  PodSecurityContext,
  'runAsUser' | 'runAsGroup' | 'supplementalGroups' | 'supplementalGroupsPolicy'
>;

/**
 * `--user` and `--group-add` as pod fields. Kubernetes takes numbers only, so names are looked up in the image; and it
 * loses the group of an image's `USER 1000:2000`, which Docker keeps: it is then written out. A group that is named
 * takes the image's supplementary groups away, in Docker's way.
 */
export function translateUser(flags: DockerFlags, image: Image | undefined, remarks: Remarks): UserContext {
  const accounts = image?.accounts;
  const groups = flags.groupAdd.flatMap((group) => findGroup('--group-add', group, accounts, remarks) ?? []);
  const supplementary = groups.length === 0 ? {} : { supplementalGroups: [...new Set(groups)] };
  const imageUser = image?.config.config.User ?? '';
  const user = flags.user ?? (imageUser.includes(':') ? imageUser : '');
  const origin = flags.user === undefined ? "the image's USER" : '--user';
  if (user === '') return supplementary;
  const [name = '', group, ...rest] = user.split(':');
  if (rest.length > 0) {
    remarks.problem(`${origin} ${user}: it is USER or USER:GROUP`);
    return supplementary;
  }
  const uid = name === '' ? 0 : findUser(origin, name, accounts, remarks);
  if (uid === undefined) return supplementary;
  if (group === undefined || group === '') return { runAsUser: uid, ...supplementary };
  const gid = findGroup(origin, group, accounts, remarks);
  if (gid === undefined) return supplementary;
  return { runAsUser: uid, runAsGroup: gid, ...supplementary, supplementalGroupsPolicy: 'Strict' };
}

function findUser(
  flag: string,
  name: string,
  accounts: ImageAccounts | undefined,
  remarks: Remarks,
): number | undefined {
  const named = accounts?.passwd.find((entry) => entry.name === name)?.uid;
  return named ?? numericId(flag, name, 'user', accounts, remarks);
}

function findGroup(
  flag: string,
  name: string,
  accounts: ImageAccounts | undefined,
  remarks: Remarks,
): number | undefined {
  const named = accounts?.group.find((entry) => entry.name === name)?.gid;
  return named ?? numericId(flag, name, 'group', accounts, remarks);
}

const MAX_ID = 2 ** 31 - 1;

function numericId(
  flag: string,
  word: string,
  what: 'user' | 'group',
  accounts: ImageAccounts | undefined,
  remarks: Remarks,
): number | undefined {
  if (/^\d+$/.test(word)) {
    if (Number(word) <= MAX_ID) return Number(word);
    remarks.problem(`${flag} ${word}: an id is at most ${MAX_ID}`);
    return undefined;
  }
  const file = what === 'user' ? '/etc/passwd' : '/etc/group';
  const why =
    accounts === undefined
      ? 'the image is not at hand to look it up'
      : `the image's ${file} has no such ${what}`;
  remarks.problem(`${flag} ${word}: ${why}; write a number`);
  return undefined;
}
