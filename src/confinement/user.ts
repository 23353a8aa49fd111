import { byDefault, fromImage, fromManifest, type Origin, type Sourced, sourced } from '../core/sourced.ts';
import type { ImageAccounts } from '../image/image.ts';
import { groupsOf, lookUpUser, parseImageUser } from '../image/user.ts';
import type { Pod } from '../kube/pod.ts';
import type { ConfineInput } from './confine-input.ts';
import type { ProcessUser, Profile, UserOrigins } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { runtimeDefault } from './runtime-default.ts';

export interface ConfinedUser {
  readonly user: Sourced<ProcessUser>;
  readonly origins: UserOrigins;
}

/** Who the process is: runAsUser, else the image's USER, else root; then its group, then all its groups. */
export function confineUser(input: ConfineInput, context: EffectiveContext): ConfinedUser {
  const identity = resolveIdentity(input, context);
  const gid = context.runAsGroup ?? primaryGroup(input, identity);
  const groups = resolveGroups(input, identity, gid.value);
  return {
    user: sourced(
      { uid: identity.uid, gid: gid.value, groups: groups.value, username: identity.username },
      identity.from,
    ),
    origins: { uid: identity.from, gid: gid.from, groups: groups.from },
  };
}

interface Identity {
  readonly uid: number | null;
  /** Name in the image's passwd; null when it has none or the passwd is not known. */
  readonly username: string | null;
  readonly from: Origin;
}

const passwdFile = '/etc/passwd';
const groupFile = '/etc/group';
const none: readonly never[] = Object.freeze([]);
const primaryOnly = byDefault('runtime', 'the primary group');
const noEntry = sourced(0, byDefault('runtime', `no entry in the image's ${passwdFile}`));
const ofUnknownImage = fromImage('unknown');
const rootAssumed = fromImage('unknown, root assumed');

function resolveIdentity(input: ConfineInput, context: EffectiveContext): Identity {
  const accounts = input.image?.accounts;
  const byUid = (uid: number, from: Origin): Identity => ({
    uid,
    username: (accounts && lookUpUser(accounts, uid))?.name ?? null,
    from,
  });
  if (context.runAsUser !== undefined) return byUid(context.runAsUser.value, context.runAsUser.from);
  if (input.image === undefined) return unknownIdentity(context);
  const user = parseImageUser(input.image.config.config.User ?? '');
  if (user.kind === 'none') return byUid(0, fromImage('USER (none)'));
  if (user.kind === 'numeric') return byUid(user.uid, fromImage(`USER ${user.uid}`));
  return identityByName(accounts, user.name);
}

/** Root on doubt; but a pod that may not run as root does not, if it runs. */
function unknownIdentity({ runAsNonRoot }: EffectiveContext): Identity {
  return runAsNonRoot?.value === true
    ? { uid: null, username: null, from: ofUnknownImage }
    : { uid: 0, username: null, from: rootAssumed };
}

/** Without the layers only `root` is taken for what it always is. A name that is not in passwd fails at creation. */
function identityByName(accounts: ImageAccounts | undefined, name: string): Identity {
  const entry = accounts?.passwd.find((it) => it.name === name);
  if (entry !== undefined)
    return { uid: entry.uid, username: name, from: fromImage(`USER ${name}, ${passwdFile}`) };
  const uid = accounts === undefined && name === 'root' ? 0 : null;
  return { uid, username: null, from: fromImage(`USER ${name}`) };
}

/** The gid of the user's passwd entry; 0 without an entry. The image's `USER uid:gid` loses its gid on both runtimes. */
function primaryGroup({ image, platform }: ConfineInput, identity: Identity): Sourced<number | null> {
  const accounts = image?.accounts;
  const entry = accounts?.passwd.find((it) => it.name === identity.username);
  if (entry !== undefined) return sourced(entry.gid, fromImage(passwdFile));
  const isKnown = accounts !== undefined || identity.uid === 0;
  if (isKnown && identity.uid !== null) return noEntry;
  return sourced(null, runtimeDefault[platform.profile]);
}

function resolveGroups(
  { pod, image, platform }: ConfineInput,
  identity: Identity,
  gid: number | null,
): Sourced<readonly number[]> {
  const asked = askedGroups(pod);
  const isStrict = pod.spec.securityContext?.supplementalGroupsPolicy === 'Strict';
  const fromFile = isStrict ? none : imageGroups(image?.accounts, identity.username, platform.profile);
  const primary = gid === null ? none : [gid];
  if (fromFile.length === 0 && asked.length === 0) return sourced(primary, primaryOnly);
  const groups = [...new Set([...primary, ...fromFile, ...asked.map((group) => group.value)])];
  // containerd hands them on sorted; CRI-O in the order in which it found them.
  const ordered = platform.profile === 'containerd' ? groups.toSorted((a, b) => a - b) : groups;
  return sourced(ordered, asked[0]?.from ?? fromImage(groupFile));
}

/** fsGroup first, as the kubelet sends them. */
function askedGroups({ spec }: Pod): readonly Sourced<number>[] {
  const { fsGroup, supplementalGroups } = spec.securityContext ?? {};
  if (fsGroup === undefined && supplementalGroups === undefined) return none;
  const first =
    fsGroup === undefined ? [] : [sourced(fsGroup, fromManifest('spec', 'securityContext', 'fsGroup'))];
  const others = (supplementalGroups ?? []).map((group) =>
    sourced(group, fromManifest('spec', 'securityContext', 'supplementalGroups')),
  );
  return [...first, ...others];
}

/** containerd leaves out the group that bears the user's own name; CRI-O takes every group that lists the user. */
function imageGroups(
  accounts: ImageAccounts | undefined,
  username: string | null,
  profile: Profile,
): readonly number[] {
  if (accounts === undefined || username === null) return none;
  if (profile === 'cri-o') return groupsOf(accounts, username);
  const others = accounts.group.filter((group) => group.name !== username);
  return groupsOf({ ...accounts, group: others }, username);
}
