import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { PodproofError } from '../core/errors.ts';
import { pinNamespace } from '../linux/namespaces.ts';

export type OwnedNamespace = 'net' | 'ipc' | 'uts';

/** A user namespace with its range of ids, pinned, and the namespaces that it is to own, each where it is pinned. */
export interface UserNamespaceRequest {
  readonly hostId: number;
  readonly size: number;
  readonly userPath: string;
  readonly owned: { readonly [name in OwnedNamespace]?: string | undefined };
}

/**
 * Makes and pins a user namespace and others that belong to it. A thread of ours cannot do that: the kernel wants a
 * process with a single one, so that a short-lived `unshare` makes them. Its id maps are written from here, since
 * the range belongs to nobody in /etc/subuid.
 */
export async function createUserNamespace(request: UserNamespaceRequest): Promise<void> {
  const { hostId, size, userPath, owned } = request;
  const names = (['net', 'ipc', 'uts'] as const).filter((name) => owned[name] !== undefined);
  const child = spawn('unshare', ['--user', ...names.map((name) => `--${name}`), 'cat'], {
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
    pinNamespace(`/proc/${child.pid}/ns/user`, userPath);
    for (const name of names) pinNamespace(`/proc/${child.pid}/ns/${name}`, owned[name] ?? '');
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
