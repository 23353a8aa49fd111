import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoName, type ForeignFunction, libc, syscallError } from './libc.ts';

const lockExclusive = 2;
const lockNonBlocking = 4;
const pollMs = 10;

let flock: ForeignFunction | undefined;

/**
 * Runs `work` while holding an exclusive flock(2) on the file, which is made when missing. The kernel lets go of the
 * lock when the process ends, however it ends, so that there is no stale lock. Two calls in one process exclude each
 * other as well.
 */
export async function withFileLock<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  const release = await takeFileLock(path);
  try {
    return await work();
  } finally {
    release?.();
  }
}

/**
 * Takes the lock and gives the means to let go of it; undefined when it was not free within `timeoutMs`. A process that
 * was forked holds it too, until it executes a program: whoever gets the lock of a killed process knows that all its
 * children have become what they were meant to be.
 */
export async function takeFileLock(
  path: string,
  timeoutMs: number = Infinity,
): Promise<(() => void) | undefined> {
  const fd = openSync(path, 'a', 0o600);
  const deadline = Date.now() + timeoutMs;
  try {
    while (!tryLock(fd, path)) {
      if (Date.now() > deadline) {
        closeSync(fd);
        return undefined;
      }
      await sleep(pollMs);
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => {
    closeSync(fd);
  };
}

function tryLock(fd: number, path: string): boolean {
  flock ??= libc().func('int flock(int fd, int operation)');
  if (flock(fd, lockExclusive | lockNonBlocking) === 0) return true;
  const errno = libc().errno();
  const name = errnoName(errno);
  if (name !== 'EAGAIN' && name !== 'EINTR') throw syscallError(errno, `lock "${path}"`);
  return false;
}
