import { constants } from 'node:fs';
import { type ForeignFunction, libc, syscallError } from './libc.ts';
import { pathBytes } from './path-bytes.ts';

export type SpecialFile =
  | { readonly kind: 'character' | 'block'; readonly major: number; readonly minor: number }
  | { readonly kind: 'fifo' };

const fileTypes = {
  character: constants.S_IFCHR,
  block: constants.S_IFBLK,
  fifo: constants.S_IFIFO,
} as const;

let mknod: ForeignFunction | undefined;

/** Makes a device node or a fifo; `mode` holds the permission bits, which the umask does not touch. */
export function makeSpecialFile(path: string | Buffer, file: SpecialFile, mode: number): void {
  mknod ??= libc().func('int mknod(const void *path, uint mode, uint64_t dev)');
  const device = file.kind === 'fifo' ? 0n : deviceNumber(file.major, file.minor);
  const mask = process.umask(0);
  try {
    if (mknod(pathBytes(path), fileTypes[file.kind] | (mode & 0o7777), device) !== 0)
      throw syscallError(libc().errno(), `make ${file.kind} "${path.toString()}"`);
  } finally {
    process.umask(mask);
  }
}

/** glibc's `makedev`: the minor's high bits stand above the major's low ones. */
export function deviceNumber(major: number, minor: number): bigint {
  const high = BigInt(major);
  const low = BigInt(minor);
  return (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
}
