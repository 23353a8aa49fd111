import { type ImageUser, parseImageUser } from '../../image/user.ts';
import type { Profile } from '../confinement.ts';
import { adviseUser } from '../user-advice.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';
import { maxUserId } from './non-root.ts';

/** What the runtime says of an image whose USER it cannot turn into a uid. The kubelet does not look that far. */
export function imageUserVerdict({ input, context }: VerdictSubject): StartRefused | undefined {
  if (context.runAsUser !== undefined || input.image === undefined) return undefined;
  const { accounts } = input.image;
  const user = parseImageUser(input.image.config.config.User ?? '');
  const texts = textsOf[input.platform.profile];
  const refused = (message: string): StartRefused => ({
    ok: false,
    reason: 'CreateContainerError',
    message,
    ...adviseUser(input, context),
  });
  if (isOutOfRange(user)) return refused(texts.outOfRange(user, context.runAsGroup?.value));
  const isMissing =
    user.kind === 'name' && accounts !== undefined && !accounts.passwd.some((it) => it.name === user.name);
  return isMissing ? refused(texts.missing(user.name)) : undefined;
}

/** A number of more than 64 bits is taken for a name, and still for a number out of range. */
function isOutOfRange(user: ImageUser): boolean {
  if (user.kind === 'name') return isNumber(user.name);
  return user.kind === 'numeric' && (user.uid < 0 || user.uid > maxUserId);
}

function isNumber(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

interface Texts {
  readonly outOfRange: (user: ImageUser, runAsGroup: number | undefined) => string;
  readonly missing: (name: string) => string;
}

/** From `pkg/oci/spec_opts.go` of containerd and, for CRI-O, `utils/utils.go` and `GetExecUser` of moby/sys/user. */
const textsOf: Readonly<Record<Profile, Texts>> = {
  containerd: {
    outOfRange: (user, runAsGroup) => {
      const group = runAsGroup === undefined ? '' : `:${runAsGroup}`;
      return `failed to create containerd container: invalid USER value "${writtenUser(user)}${group}": uid out of range`;
    },
    // It also names the random directory in which it looked; that is left out.
    missing: () => 'failed to create containerd container: no users found',
  },
  'cri-o': {
    outOfRange: (user) =>
      user.kind === 'name'
        ? noEntryFor(user.name)
        : `get exec user: uids and gids must be in range 0-${maxUserId}`,
    missing: (name) => noEntryFor(name),
  },
};

function noEntryFor(name: string): string {
  return `get exec user: unable to find user ${name}: no matching entries in passwd file`;
}

function writtenUser(user: ImageUser): string {
  switch (user.kind) {
    case 'none':
      return '';
    case 'numeric':
      return String(user.uid);
    case 'name':
      return user.name;
  }
}
