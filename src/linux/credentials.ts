import { arch } from 'node:os';
import { type ForeignFunction, libc, syscallError } from './libc.ts';

let seteuid: ForeignFunction | undefined;

const unchanged = -1;

/**
 * Runs a synchronous function with the main thread under another effective user id, and comes back. The system call
 * itself is used because libc's function would change every thread of the process.
 */
export function withUserId<T>(uid: number, work: () => T): T {
  seteuid ??= libc().func('long syscall(long number, int ruid, int euid, int suid)');
  const number = arch() === 'x64' ? 117 : 147;
  if (seteuid(number, unchanged, uid, unchanged) !== 0)
    throw syscallError(libc().errno(), `act as user ${uid}`);
  try {
    return work();
  } finally {
    seteuid(number, unchanged, 0, unchanged);
  }
}
