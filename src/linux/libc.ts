import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { PodproofError } from '../core/errors.ts';

/** A C function; numbers, strings and Buffers go in, its return value comes out. */
export type ForeignFunction = (...args: readonly unknown[]) => number;

export interface Libc {
  /** Declares a function of libc by its C prototype: `int mknod(const void *path, uint mode, uint64_t dev)`. */
  func(prototype: string): ForeignFunction;
  /** The calling thread's errno, as the last call left it. */
  errno(): number;
}

interface Koffi {
  load(path: string): { func(prototype: string): ForeignFunction };
  errno(): number;
}

let loaded: Libc | undefined;

/** libc through koffi, loaded on first use: loading costs some 10 ms, which commands without syscalls do not pay. */
export function libc(): Libc {
  if (loaded !== undefined) return loaded;
  const koffi: Koffi = createRequire(import.meta.url)('koffi');
  const library = koffi.load('libc.so.6');
  loaded = { func: (prototype) => library.func(prototype), errno: () => koffi.errno() };
  return loaded;
}

/** `EPERM` for 1; the number itself when it has no name. */
export function errnoName(errno: number): string {
  for (const [name, value] of Object.entries(constants.errno)) if (value === errno) return name;
  return `errno ${errno}`;
}

/** The error of a failed system call; `what` says what was attempted, on what. */
export function syscallError(errno: number, what: string): PodproofError {
  const name = errnoName(errno);
  const code = name === 'EPERM' || name === 'ENOSYS' || name === 'EOPNOTSUPP' ? 'unsupported' : 'runtime';
  return new PodproofError(code, `cannot ${what}: ${name}`, {
    cause: Object.assign(new Error(name), { code: name }),
  });
}
