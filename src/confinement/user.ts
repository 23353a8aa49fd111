import { byDefault, fromImage, fromManifest, type Origin, type Sourced, sourced } from '../core/sourced.ts';
import type { ImageAccounts } from '../image/image.ts';
import { groupsOf, lookUpUser, parseImageUser } from '../image/user.ts';
import type { ConfineInput } from './confine-input.ts';
import type { ProcessUser, Profile, UserOrigins } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import { perPod } from './per-pod.ts';
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
  const asked = askedGroups(pod, platform);
  const isStrict = pod.spec.securityContext?.supplementalGroupsPolicy === 'Strict';
  const fromFile = isStrict ? none : imageGroups(image?.accounts, identity.username, platform.profile);
  const primary = gid === null ? none : [gid];
  const found = [...new Set([...primary, ...fromFile])];
  if (asked === undefined)
    return fromFile.length === 0
      ? sourced(primary, primaryOnly)
      : sourced(inOrderOf[platform.profile](found, none), fromImage(groupFile));
  return sourced(inOrderOf[platform.profile](found, asked.groups), asked.from);
}

/** Both lists have each group once, and what is asked for may be long: it is the same list for all containers. */
type Join = (found: readonly number[], asked: readonly number[]) => readonly number[];

/** containerd hands groups on sorted; CRI-O in the order in which it found them. */
const inOrderOf: Readonly<Record<Profile, Join>> = Object.freeze<Record<Profile, Join>>({
  containerd: (found, asked) => found.reduce(withGroup, asked),
  'cri-o': (found, asked) => [...found, ...asked.filter((group) => !found.includes(group))],
});

/** A sorted list with one more. */
function withGroup(sorted: readonly number[], group: number): readonly number[] {
  const at = sorted.findIndex((it) => it >= group);
  if (at === -1) return [...sorted, group];
  return sorted[at] === group ? sorted : sorted.toSpliced(at, 0, group);
}

interface AskedGroups {
  /** Each once; sorted for containerd. */
  readonly groups: readonly number[];
  readonly from: Origin;
}

/** What the pod asks for, fsGroup first, as the kubelet sends them; undefined when it asks for none. */
const askedGroups = perPod(({ spec }, { profile }): AskedGroups | undefined => {
  const { fsGroup, supplementalGroups = none } = spec.securityContext ?? {};
  if (fsGroup === undefined && supplementalGroups.length === 0) return undefined;
  const groups = [...new Set([...(fsGroup === undefined ? none : [fsGroup]), ...supplementalGroups])];
  const field = fsGroup === undefined ? 'supplementalGroups' : 'fsGroup';
  return {
    groups: profile === 'containerd' ? groups.sort((a, b) => a - b) : groups,
    from: fromManifest('spec', 'securityContext', field),
  };
});

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
