import { readFileSync, readlinkSync } from 'node:fs';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';

/** `/proc/PID/NAME`, the kernel's text for one process. A process that is gone is an error `not-found`. */
export function readProcFile(pid: number, name: string): string {
  return duringLife(pid, () => readFileSync(`/proc/${pid}/${name}`, 'utf8'));
}

/** The same for a file that not every kernel has, or that says nothing: undefined then. */
export function readOptionalProcFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EINVAL', 'EACCES'].includes(systemCodeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** The inode behind `/proc/PID/ns/NAME`, whose link reads `user:[4026531837]`. */
export function readNamespaceInode(pid: number | 'self', name: string): number {
  const read = (): string => readlinkSync(`/proc/${pid}/ns/${name}`);
  const link = pid === 'self' ? read() : duringLife(pid, read);
  return Number(/\[(\d+)\]/.exec(link)?.[1]);
}

/** An ended process gives ENOENT or ESRCH, a zombie EINVAL or ENOENT where it has no memory or namespaces any more. */
export function duringLife<T>(pid: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = systemCodeOf(error) ?? '';
    if (['ENOENT', 'ESRCH', 'EINVAL'].includes(code)) throw hasEnded(pid, error);
    if (['EACCES', 'EPERM'].includes(code)) throw mayNotRead(pid, error);
    throw error;
  }
}

export function hasEnded(pid: number, cause?: unknown): PodproofError {
  return new PodproofError(
    'not-found',
    `cannot observe process "${pid}": there is no such process, or it has ended`,
    {
      cause,
    },
  );
}

function mayNotRead(pid: number, cause: unknown): PodproofError {
  return new PodproofError(
    'unsupported',
    `cannot observe process "${pid}": the kernel does not let us read it`,
    {
      advice: 'run podproof as root',
      cause,
    },
  );
}
