import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { PodproofError } from '../core/errors.ts';
import { pinNamespace } from '../linux/namespaces.ts';

export type OwnedNamespace = 'net' | 'ipc' | 'uts';

export interface UserNamespaceRequest {
  /** The host's first id of `size`, which stands for 0 inside. */
  readonly hostId: number;
  readonly size: number;
  /** Those to be made with it, which belong to it. */
  readonly owned: readonly OwnedNamespace[];
}

/** Makes a user namespace and others that belong to it, and pins each at its path. */
export async function createUserNamespace(
  request: Omit<UserNamespaceRequest, 'owned'>,
  userPath: string,
  ownedPaths: { readonly [name in OwnedNamespace]?: string | undefined },
): Promise<void> {
  const owned = (['net', 'ipc', 'uts'] as const).filter((name) => ownedPaths[name] !== undefined);
  await withUserNamespace({ ...request, owned }, (dir) => {
    pinNamespace(`${dir}/user`, userPath);
    for (const name of owned) pinNamespace(`${dir}/${name}`, ownedPaths[name] ?? '');
  });
}

/**
 * Makes namespaces that last as long as `work`, which gets the directory of their files in /proc. A thread of ours
 * cannot make them: the kernel wants a process with a single one, so that a short-lived `unshare` does. Its id maps
 * are written from here, since the range belongs to nobody in /etc/subuid.
 */
export async function withUserNamespace<T>(
  request: UserNamespaceRequest,
  work: (dir: string) => T,
): Promise<T> {
  const { hostId, size, owned } = request;
  const child = spawn('unshare', ['--user', ...owned.map((name) => `--${name}`), 'cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      resolve();
    });
  });
  try {
    // cat answers once unshare has done its work.
    await answer(child);
    const line = `0 ${hostId} ${size}\n`;
    writeFileSync(`/proc/${child.pid}/uid_map`, line);
    writeFileSync(`/proc/${child.pid}/gid_map`, line);
    return work(`/proc/${child.pid}/ns`);
  } finally {
    child.stdin.destroy();
    child.kill('SIGKILL');
    await ended;
  }
}

function answer(child: ReturnType<typeof spawn>): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new PodproofError('unsupported', `cannot make a user namespace: ${why}`));
    };
    child.on('error', (error) => {
      fail(error.message);
    });
    child.on('close', () => {
      fail(errors.trim());
    });
    child.stdin?.on('error', () => {});
    child.stdout?.once('data', () => {
      resolve();
    });
    child.stdin?.write('\n');
  });
}
