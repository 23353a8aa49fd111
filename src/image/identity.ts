import type { IdentityReport } from '../core/contract/image-report.ts';
import type { Image } from './image.ts';
import { groupsOf, imageGroup, lookUpUser, parseImageUser } from './user.ts';

const maxUid = 2 ** 31 - 1;

/**
 * As whom an image's containers run in Kubernetes when the manifest says nothing, by the rules of containerd, CRI-O and the
 * kubelet, and what to write so that `runAsNonRoot` accepts it. `groups` is the primary one and those of /etc/group.
 */
export function identityOf(image: Image): IdentityReport {
  const written = image.config.config.User ?? '';
  const { accounts } = image;
  const user = parseImageUser(written);
  const key = user.kind === 'name' ? user.name : user.kind === 'numeric' ? user.uid : 0;
  const entry = accounts === undefined ? undefined : lookUpUser(accounts, key);
  const uid = entry?.uid ?? (typeof key === 'number' ? key : null);
  // A uid that passwd does not have gets the group 0; a name that it does not have cannot run at all.
  const gid = entry?.gid ?? (accounts === undefined || user.kind === 'name' ? null : 0);
  const groups = accounts === undefined || entry === undefined ? [] : groupsOf(accounts, entry.name);
  const verifiableAsNonRoot = user.kind === 'numeric' && user.uid > 0 && user.uid <= maxUid;
  const advice = [verifiableAsNonRoot ? undefined : nonRootAdvice(image, key, uid), groupAdvice(written)];
  const text = advice.filter((it) => it !== undefined).join('; ');
  return {
    user: written,
    uid,
    gid,
    groups: [...new Set([...(gid === null ? [] : [gid]), ...groups])].sort((a, b) => a - b),
    numeric: user.kind === 'numeric',
    verifiableAsNonRoot,
    from: `image USER ${written === '' ? '(none)' : written}${entry === undefined ? '' : ', /etc/passwd'}`,
    ...(text === '' ? {} : { advice: text }),
  };
}

function nonRootAdvice(image: Image, key: string | number, uid: number | null): string {
  if (typeof key === 'string') return nameAdvice(image, key, uid);
  if (key !== 0) return `write  runAsUser: UID  with a number from 1 to ${maxUid}`;
  // System accounts come with every distribution; the first ordinary one was made for the application.
  const account = image.accounts?.passwd.find((entry) => entry.uid >= 1000 && entry.uid < 65_534);
  return account === undefined
    ? 'write  runAsUser: UID  with a number above 0, if the program can do without root'
    : `write  runAsUser: ${account.uid}  (its passwd has ${account.name})`;
}

function nameAdvice(image: Image, name: string, uid: number | null): string {
  if (image.accounts === undefined)
    return `write  runAsUser: UID  (its layers are not at hand: podproof image pull REF shows the uid of ${name})`;
  if (uid === null)
    return `its passwd has no "${name}": no container of it can be created; write  runAsUser: UID`;
  if (uid === 0)
    return `"${name}" is root; write  runAsUser: UID  with a number above 0, if the program can do without`;
  return `write  runAsUser: ${uid}  (its passwd has ${name}), or  USER ${uid}  in the image`;
}

function groupAdvice(written: string): string | undefined {
  const group = imageGroup(written);
  if (group === undefined) return undefined;
  const keep = /^[0-9]+$/.test(group) ? `, write  runAsGroup: ${group}  to keep it` : '';
  return `the group "${group}" of USER counts only for docker run: Kubernetes throws it away${keep}`;
}
