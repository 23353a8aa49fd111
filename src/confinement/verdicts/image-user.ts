import { type ImageUser, parseImageUser } from '../../image/user.ts';
import type { Profile } from '../confinement.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';
import { maxUserId } from './non-root.ts';

/** What the runtime says of an image whose USER it cannot turn into a uid. The kubelet does not look that far. */
export function imageUserVerdict({ input, context }: VerdictSubject): StartRefused | undefined {
  if (context.runAsUser !== undefined || input.image === undefined) return undefined;
  const { accounts } = input.image;
  const [written = ''] = (input.image.config.config.User ?? '').split(':', 1);
  const user = parseImageUser(written);
  if (isOutOfRange(user)) return refused(`invalid USER value "${written}": uid out of range`);
  const isMissing =
    user.kind === 'name' && accounts !== undefined && !accounts.passwd.some((it) => it.name === user.name);
  return isMissing ? refused(missing[input.platform.profile](user.name)) : undefined;
}

/** A number of more than 64 bits is taken for a name, and still for a number out of range. */
function isOutOfRange(user: ImageUser): boolean {
  if (user.kind === 'name') return /^[+-]?\d+$/.test(user.name);
  return user.kind === 'numeric' && (user.uid < 0 || user.uid > maxUserId);
}

/** containerd also names the random directory in which it looked; that is left out. */
const missing: Readonly<Record<Profile, (name: string) => string>> = {
  containerd: () => 'failed to create containerd container: no users found',
  'cri-o': (name) => `get exec user: unable to find user ${name}: no matching entries in passwd file`,
};

function refused(message: string): StartRefused {
  return {
    ok: false,
    reason: 'CreateContainerError',
    message,
    advice: 'write runAsUser with a number, or let the image bring the user in its /etc/passwd',
  };
}
