import type { IdentityReport, ImageReport } from '../core/contract/image-report.ts';
import type { Image } from '../image/image.ts';
import { groupsOf, lookUpUser, parseImageUser } from '../image/user.ts';

/** What `podproof image REF` tells of an image. */
export function imageReport(image: Image): ImageReport {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'ImageReport',
    reference: image.reference,
    digest: image.digest,
    config: image.config.config,
    identity: identityOf(image),
  };
}

/** As whom the kubelet and the runtimes run the image: the group part of `USER` is theirs to throw away. */
function identityOf({ config, accounts }: Image): IdentityReport {
  const user = config.config.User ?? '';
  const parsed = parseImageUser(user);
  const key = parsed.kind === 'name' ? parsed.name : parsed.kind === 'numeric' ? parsed.uid : 0;
  const entry = accounts === undefined ? undefined : lookUpUser(accounts, key);
  const uid = parsed.kind === 'name' ? (entry?.uid ?? null) : Number(key);
  // A number that passwd does not know gets the group 0; a name that it does not know cannot run at all.
  const gid = entry?.gid ?? (accounts === undefined || parsed.kind === 'name' ? null : 0);
  const isUnsafe = parsed.kind !== 'numeric' || parsed.uid === 0;
  const advice = adviceFor(parsed, uid, accounts?.passwd ?? []);
  return {
    user,
    uid,
    gid,
    groups: entry === undefined || accounts === undefined ? [] : groupsOf(accounts, entry.name),
    numeric: parsed.kind === 'numeric',
    verifiableAsNonRoot: !isUnsafe,
    from: `image USER ${user === '' ? '(none)' : user}${entry === undefined ? '' : ', /etc/passwd'}`,
    ...(advice !== undefined && { advice }),
  };
}

function adviceFor(
  user: ReturnType<typeof parseImageUser>,
  uid: number | null,
  passwd: readonly { readonly name: string; readonly uid: number }[],
): string | undefined {
  if (user.kind === 'numeric' && user.uid !== 0) return undefined;
  if (user.kind === 'name' && uid !== null && uid > 0)
    return `write  runAsUser: ${uid}  (${user.name} in its passwd)`;
  if (user.kind === 'name' && uid === null) {
    return `write  runAsUser: UID  (its layers are not at hand: podproof image pull REF shows the uid of ${user.name})`;
  }
  // System accounts come with every distribution; the first ordinary one was made for the application.
  const account = passwd.find((entry) => entry.uid >= 1000 && entry.uid < 65_534);
  return account === undefined
    ? 'write  runAsUser: UID  with a number above 0, if the program can do without root'
    : `write  runAsUser: ${account.uid}  (its passwd has ${account.name})`;
}

/** What `docker inspect` shows of an image, as far as templates ask for it. */
export function inspectView({ reference, digest, config }: Image): unknown {
  return {
    Id: digest,
    RepoTags: [reference],
    Created: config.created ?? '',
    Architecture: config.architecture,
    Variant: config.variant ?? '',
    Os: config.os,
    Config: {
      User: '',
      ExposedPorts: null,
      Env: null,
      Entrypoint: null,
      Cmd: null,
      Volumes: null,
      WorkingDir: '',
      Labels: null,
      StopSignal: '',
      ...config.config,
    },
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
  };
}
