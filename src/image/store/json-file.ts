import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { messageOf, PodproofError, systemCodeOf } from '../../core/errors.ts';

/** The file's bytes, or undefined when it does not exist. A file that may not be read is an error that says what to do. */
export function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new PodproofError(
      'unsupported',
      `cannot read image store file "${path}": ${code ?? messageOf(error)}`,
      {
        cause: error,
        ...(code === 'EACCES' ? { advice: 'run as root, or use a store of your own with --root DIR' } : {}),
      },
    );
  }
}

/** Whoever reads sees the old file or the new one, whole, also after a crash. */
export function writeAtomically(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.new`;
  const fd = openSync(temporary, 'w', 0o600);
  try {
    writeSync(fd, bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
}
