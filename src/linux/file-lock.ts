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
  flock ??= libc().func('int flock(int fd, int operation)');
  const fd = openSync(path, 'a', 0o600);
  try {
    while (flock(fd, lockExclusive | lockNonBlocking) !== 0) {
      const errno = libc().errno();
      const name = errnoName(errno);
      if (name !== 'EAGAIN' && name !== 'EINTR') throw syscallError(errno, `lock "${path}"`);
      await sleep(pollMs);
    }
    return await work();
  } finally {
    closeSync(fd);
  }
}
