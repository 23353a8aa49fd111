import { closeSync, fchmodSync, mkdirSync, openSync } from 'node:fs';
import { systemCodeOf } from '../core/errors.ts';
import { type ForeignFunction, libc, syscallError } from './libc.ts';

const sysOpenat2 = 437;
const closeOnExec = 0o2000000;
const openPath = 0o10000000;
const openDirectory = 0o200000;
const resolveNoMagicLinks = 0x02;
const resolveNoSymlinks = 0x04;
const resolveBeneath = 0x08;

let openat2: ForeignFunction | undefined;

/**
 * Makes sure that something stands at `path` below the directory `root`, and makes the directories that are missing,
 * with `mode`. Whoever can write below `root` may change it meanwhile: no symbolic link leads out of `root` (that is an
 * error, `EXDEV` or `ELOOP`), and no directory is made through one. True when it had to make something.
 */
export function makeDirectoriesBeneath(root: string, path: string, mode: number): boolean {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const fds: number[] = [openSync(root, openPath | openDirectory | closeOnExec)];
  let made = false;
  try {
    const whole = openBeneath(fds[0] ?? -1, names.join('/') || '.', resolveBeneath);
    if (whole !== undefined) {
      fds.push(whole);
      return false;
    }
    for (const name of names) {
      const parent = fds.at(-1) ?? -1;
      const existing = openExisting(fds, names, name);
      if (existing !== undefined) {
        fds.push(existing);
        continue;
      }
      makeDirectory(parent, name, mode);
      made = true;
      const fd = openBeneath(parent, name, resolveBeneath | resolveNoSymlinks);
      if (fd === undefined) throw syscallError(2, `make directory "${path}" in "${root}"`);
      fds.push(fd);
    }
    return made;
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

/** Opened from the root each time: a link that leads up is right as long as it stays inside. */
function openExisting(fds: readonly number[], names: readonly string[], name: string): number | undefined {
  const depth = fds.length;
  const prefix = names.slice(0, depth).join('/');
  return openBeneath(fds[0] ?? -1, prefix === '' ? name : prefix, resolveBeneath);
}

function openBeneath(dirFd: number, path: string, resolve: number): number | undefined {
  openat2 ??= libc().func('long syscall(long number, int dirfd, const char *path, void *how, size_t size)');
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(openPath | closeOnExec), 0);
  how.writeBigUInt64LE(BigInt(resolve | resolveNoMagicLinks), 16);
  const fd = openat2(sysOpenat2, dirFd, path, how, how.length);
  if (fd >= 0) return fd;
  const error = syscallError(libc().errno(), `open "${path}"`);
  if (systemCodeOf(error.cause) === 'ENOENT') return undefined;
  throw error;
}

function makeDirectory(parent: number, name: string, mode: number): void {
  const path = `/proc/self/fd/${parent}/${name}`;
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    return;
  }
  // The umask took bits away.
  const fd = openSync(path, openDirectory | 0o400000);
  try {
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}
