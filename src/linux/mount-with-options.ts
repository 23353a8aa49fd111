import { closeSync } from 'node:fs';
import { type ForeignFunction, libc, syscallError } from './libc.ts';

const sysMoveMount = 429;
const sysFsopen = 430;
const sysFsconfig = 431;
const sysFsmount = 432;

const closeOnExec = 1;
const setFlag = 0;
const setString = 1;
const create = 6;
const atFdcwd = -100;
const moveMountFromEmptyPath = 4;

interface Calls {
  readonly fsopen: ForeignFunction;
  readonly fsconfig: ForeignFunction;
  readonly fsmount: ForeignFunction;
  readonly moveMount: ForeignFunction;
}

let loaded: Calls | undefined;

function calls(): Calls {
  loaded ??= {
    fsopen: libc().func('long syscall(long number, const char *name, uint flags)'),
    fsconfig: libc().func(
      'long syscall(long number, int fd, uint command, const char *key, const char *value, int aux)',
    ),
    fsmount: libc().func('long syscall(long number, int fd, uint flags, uint attributes)'),
    moveMount: libc().func(
      'long syscall(long number, int fromfd, const char *from, int tofd, const char *to, uint flags)',
    ),
  };
  return loaded;
}

/**
 * Mounts a file system with options that do not fit in mount(2)'s one page, each given by itself and at most 255 bytes
 * long. An option without a value is a flag. `target` is a directory.
 */
export function mountWithOptions(
  fsType: string,
  target: string,
  options: readonly (readonly [key: string, value?: string])[],
): void {
  const what = `mount ${fsType} at "${target}"`;
  const context = orThrow(calls().fsopen(sysFsopen, fsType, closeOnExec), what);
  try {
    for (const [key, value] of options) {
      const command = value === undefined ? setFlag : setString;
      orThrow(
        calls().fsconfig(sysFsconfig, context, command, key, value ?? null, 0),
        `${what}: option ${key}`,
      );
    }
    orThrow(calls().fsconfig(sysFsconfig, context, create, null, null, 0), what);
    const made = orThrow(calls().fsmount(sysFsmount, context, closeOnExec, 0), what);
    try {
      orThrow(calls().moveMount(sysMoveMount, made, '', atFdcwd, target, moveMountFromEmptyPath), what);
    } finally {
      closeSync(made);
    }
  } finally {
    closeSync(context);
  }
}

function orThrow(result: number, what: string): number {
  if (result < 0) throw syscallError(libc().errno(), what);
  return result;
}
