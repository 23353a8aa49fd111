import { closeSync, openSync, writeFileSync } from 'node:fs';
import { PodproofError } from '../core/errors.ts';
import { type ForeignFunction, libc, syscallError } from './libc.ts';
import { MountFlag, mount } from './mounts.ts';

/** The namespaces that a thread can leave and come back to. A user or mount namespace it cannot. */
const cloneFlags = { net: 0x40000000, ipc: 0x08000000, uts: 0x04000000 } as const;

export type ThreadNamespace = keyof typeof cloneFlags;

let setns: ForeignFunction | undefined;
let unshare: ForeignFunction | undefined;
let sethostname: ForeignFunction | undefined;

/**
 * Runs a synchronous function with the main thread in other namespaces, and comes back whatever it does. Sound
 * because nothing else runs on this thread meanwhile, and no new thread is started by synchronous code: those that
 * exist keep their own namespaces. `work` must not await.
 */
export function withNamespaces<T>(
  paths: { readonly [name in ThreadNamespace]?: string | undefined },
  work: () => T,
): T {
  const names = namesOf(paths);
  return andBack(names, () => {
    for (const name of names) enter(paths[name] ?? '', name);
    return work();
  });
}

/**
 * Makes new namespaces and pins each at its path (an existing file) by a bind mount, so that it lives without a
 * process. They belong to the initial user namespace.
 */
export function createPinnedNamespaces(
  paths: { readonly [name in ThreadNamespace]?: string | undefined },
): void {
  const names = namesOf(paths);
  if (names.length === 0) return;
  unshare ??= libc().func('int unshare(int flags)');
  const call = unshare;
  andBack(names, () => {
    const flags = names.reduce((sum, name) => sum | cloneFlags[name], 0);
    if (call(flags) !== 0) throw syscallError(libc().errno(), `make ${names.join(', ')} namespaces`);
    for (const name of names) pinNamespace(`/proc/thread-self/ns/${name}`, paths[name] ?? '');
  });
}

/** Keeps a namespace alive by a bind mount of its file in /proc at `path`, which is made when missing. */
export function pinNamespace(source: string, path: string): void {
  writeFileSync(path, '', { flag: 'a', mode: 0o600 });
  mount(source, path, '', MountFlag.bind);
}

/** Sets the host name of the UTS namespace that this thread is in. */
export function setHostname(name: string): void {
  sethostname ??= libc().func('int sethostname(const char *name, size_t length)');
  if (sethostname(name, Buffer.byteLength(name)) !== 0)
    throw syscallError(libc().errno(), `set host name "${name}"`);
}

function namesOf(
  paths: { readonly [name in ThreadNamespace]?: string | undefined },
): readonly ThreadNamespace[] {
  return (['net', 'ipc', 'uts'] as const).filter((name) => paths[name] !== undefined);
}

function andBack<T>(names: readonly ThreadNamespace[], work: () => T): T {
  const own = names.map((name) => ({ name, fd: openSync(`/proc/thread-self/ns/${name}`, 'r') }));
  try {
    return work();
  } finally {
    const lost = own.filter(({ name, fd }) => !join(fd, name)).map(({ name }) => name);
    for (const { fd } of own) closeSync(fd);
    if (lost.length > 0) {
      // oxlint-disable-next-line no-unsafe-finally -- going on in another pod's namespaces would be worse than losing the first error
      throw new PodproofError('internal', `cannot return to own ${lost.join(', ')} namespace`);
    }
  }
}

function enter(path: string, name: ThreadNamespace): void {
  const fd = openSync(path, 'r');
  try {
    if (!join(fd, name)) throw syscallError(libc().errno(), `enter ${name} namespace "${path}"`);
  } finally {
    closeSync(fd);
  }
}

function join(fd: number, name: ThreadNamespace): boolean {
  setns ??= libc().func('int setns(int fd, int type)');
  return setns(fd, cloneFlags[name]) === 0;
}
