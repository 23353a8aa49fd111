import { posix } from 'node:path';
import type { FieldPath } from '../core/field-path.ts';
import type { Image } from '../image/image.ts';
import { parseImageUser } from '../image/user.ts';
import type { ConfineInput } from './confine-input.ts';
import type { EffectiveContext } from './effective-context.ts';
import { perPod } from './per-pod.ts';

/** What to write so that a container is not root on the node, and the field to write it to, from the pod's root. */
export interface UserAdvice {
  readonly advice: string;
  readonly path: FieldPath;
}

/**
 * The number of an account that the image has for its program; where it has no account but root's, a user namespace. The
 * kubelet takes only numbers: it does not look into the image.
 */
export function adviseUser(input: ConfineInput, context: EffectiveContext): UserAdvice {
  const path = runAsUserPath(input, context);
  const { image } = input;
  if (image === undefined) return { advice: `write runAsUser with ${anyUid}`, path };
  const user = servingUser(image);
  if (user !== undefined) return { advice: `write runAsUser: ${user.uid} (${user.from})`, path };
  const passwd = image.accounts?.passwd ?? [];
  const named = nameOf(image);
  if (named !== undefined && named !== 'root')
    return { advice: `write runAsUser with ${uidOf(named, image)}`, path };
  // An image without any account has no say in who runs its program.
  return passwd.length === 0
    ? { advice: `write runAsUser with ${anyUid}`, path }
    : adviseUserNamespace(input, context, path);
}

const anyUid = 'a uid other than 0 that may read what the image needs';

function nameOf(image: Image): string | undefined {
  const user = parseImageUser(image.config.config.User ?? '');
  return user.kind === 'name' ? user.name : undefined;
}

function uidOf(name: string, { accounts, reference }: Image): string {
  return accounts === undefined
    ? `the uid of ${name} (podproof image pull ${reference} reads it)`
    : `a number, or let the image have ${name} in its /etc/passwd`;
}

/**
 * Where a uid of this image belongs: where runAsUser stands, else beside runAsNonRoot. What the pod says counts for all
 * its containers, so that with several the container's own security context is the place.
 */
export function runAsUserPath({ pod, container }: ConfineInput, context: EffectiveContext): FieldPath {
  const { runAsUser, runAsNonRoot } = context;
  if (runAsUser?.from.kind === 'manifest') return runAsUser.from.path;
  const beside = runAsNonRoot?.from.kind === 'manifest' ? runAsNonRoot.from.path : [];
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const isAlone = containers.length + initContainers.length + ephemeralContainers.length === 1;
  const isOfPod = beside[1] === 'securityContext';
  return [...(isOfPod && isAlone ? ['spec'] : container.path), 'securityContext', 'runAsUser'];
}

interface ServingUser {
  readonly uid: number;
  readonly from: string;
}

/** Ids from here on are people's and applications' rather than the distribution's. */
const firstApplicationUid = 1000;
const nobody = 65_534;

/** The image's own user; the uid that .NET's images name; an account made for an application, or for the program itself. */
function servingUser(image: Image): ServingUser | undefined {
  const { config } = image.config;
  const user = nameOf(image);

  const passwd = (image.accounts?.passwd ?? []).filter(({ uid }) => uid > 0);
  const program = programOf(config.Entrypoint ?? []) ?? programOf(config.Cmd ?? []);
  const entry =
    passwd.find(({ name }) => name === user) ??
    passwd.find(({ uid }) => uid >= firstApplicationUid && uid !== nobody) ??
    passwd.find(({ name }) => program !== undefined && isNamedAfter(name, program));
  if (entry !== undefined) return { uid: entry.uid, from: `its passwd has ${entry.name}:${entry.uid}` };
  const appUid = (config.Env ?? []).map((it) => /^APP_UID=([1-9][0-9]{0,8})$/.exec(it)?.[1]).find(Boolean);
  return appUid === undefined ? undefined : { uid: Number(appUid), from: `its APP_UID is ${appUid}` };
}

/** `nginx` of `/usr/sbin/nginx`; nothing of a script that starts a program. */
function programOf([command]: readonly string[]): string | undefined {
  return command === undefined || command.endsWith('.sh') ? undefined : posix.basename(command);
}

/** The program `redis-server` has the account `redis`, `mongod` has `mongodb`. */
function isNamedAfter(account: string, program: string): boolean {
  return account.length > 2 && (program.startsWith(account) || account.startsWith(program));
}

const besideHostUsers = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** Root of a pod with a user namespace is nobody on the node; what that takes is said with it. */
function adviseUserNamespace(
  { pod, platform }: ConfineInput,
  context: EffectiveContext,
  runAsUser: FieldPath,
): UserAdvice {
  const { runAsNonRoot } = context;
  const nonRoot = runAsNonRoot?.value === true ? runAsNonRoot.from : undefined;
  if (pod.spec.hostUsers === false)
    return {
      advice: `remove runAsNonRoot: with hostUsers: false root is nobody on the node, and restricted takes it from v1.35 on`,
      path: nonRoot?.kind === 'manifest' ? nonRoot.path : ['spec', 'hostUsers'],
    };
  const onlyRoot = 'the image has no account but root';
  const obstacle = obstacleOf(pod, platform);
  if (obstacle !== undefined)
    return {
      advice: `give the image an account and write runAsUser with its uid: ${onlyRoot}, and hostUsers: false does not go with ${obstacle}`,
      path: runAsUser,
    };
  const remove = nonRoot === undefined ? '' : ' and remove runAsNonRoot';
  return {
    advice:
      `write hostUsers: false in the pod's spec${remove}: ${onlyRoot}, which is then nobody on the node ` +
      '(restricted takes it from v1.35 on; needs Kubernetes 1.33, containerd 2.0 or CRI-O 1.25, Linux 6.3, ' +
      'and file systems of volumes that can be id-mapped)',
    path: ['spec', 'hostUsers'],
  };
}

/** What the API server forbids with `hostUsers: false`, or cannot be id-mapped. */
const obstacleOf = perPod(({ spec }): string | undefined => {
  const field = besideHostUsers.find((name) => spec[name] === true);
  if (field !== undefined) return field;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  if (containers.some(({ volumeDevices }) => (volumeDevices ?? []).length > 0)) return 'volumeDevices';
  const nfs = spec.volumes?.find((volume) => volume.nfs !== undefined);
  return nfs === undefined ? undefined : `the NFS volume "${nfs.name}"`;
});
