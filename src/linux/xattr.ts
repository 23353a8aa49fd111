import { type ForeignFunction, libc, syscallError } from './libc.ts';
import { pathBytes } from './path-bytes.ts';

let setter: ForeignFunction | undefined;
let getter: ForeignFunction | undefined;

/** Sets an extended attribute on the file itself, never on what a symbolic link points to. */
export function setXattr(path: string | Buffer, name: string, value: Uint8Array): void {
  setter ??= libc().func(
    'int lsetxattr(const void *path, const void *name, const void *value, size_t size, int flags)',
  );
  if (setter(pathBytes(path), pathBytes(name), value, value.length, 0) !== 0)
    throw syscallError(libc().errno(), `set attribute "${name}" of "${path.toString()}"`);
}

/** The value of an extended attribute of the file itself, or undefined when it has none of that name. */
export function getXattr(path: string | Buffer, name: string): Buffer | undefined {
  getter ??= libc().func('long lgetxattr(const void *path, const void *name, void *value, size_t size)');
  const value = Buffer.alloc(65_536);
  const size = getter(pathBytes(path), pathBytes(name), value, value.length);
  if (size >= 0) return value.subarray(0, size);
  const error = syscallError(libc().errno(), `read attribute "${name}" of "${path.toString()}"`);
  if (error.message.endsWith('ENODATA')) return undefined;
  throw error;
}
