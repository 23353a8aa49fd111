import { readFileSync } from 'node:fs';
import { systemCodeOf } from '../../core/errors.ts';
import { withNamespaces } from '../../linux/namespaces.ts';
import { duringLife, readNamespaceInode } from './proc-file.ts';

const NAMESPACES = ['net', 'ipc', 'uts'] as const;

/**
 * The values of these sysctls as the process sees them. /proc/sys shows the namespaces of whoever opens it, also
 * below `/proc/PID/root`: so we read it from inside the process's network, IPC and UTS namespaces.
 */
export function observeSysctls(pid: number, names: readonly string[]): Readonly<Record<string, string>> {
  if (names.length === 0) return {};
  const foreign = NAMESPACES.filter(
    (name) => readNamespaceInode(pid, name) !== readNamespaceInode('self', name),
  );
  const paths = Object.fromEntries(foreign.map((name) => [name, `/proc/${pid}/ns/${name}`]));
  return duringLife(pid, () =>
    foreign.length === 0 ? readAll(names) : withNamespaces(paths, () => readAll(names)),
  );
}

function readAll(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readSysctl(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Undefined for one that this kernel does not have, that is hidden from a container, or that cannot be read at all. */
function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(sysctlPath(name), 'utf8').trim().replace(/\s+/g, ' ');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'EIO', 'EINVAL', 'EISDIR'].includes(systemCodeOf(error) ?? ''))
      return undefined;
    throw error;
  }
}

/** Dots separate; a slash stands for a dot within a name: `net.ipv4.conf.eth0/100.forwarding` (sysctl.d(5)). */
export function sysctlPath(name: string): string {
  const path = name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
  if (path.split('/').some((step) => step === '..' || step === '')) return '/proc/sys/invalid name';
  return `/proc/sys/${path}`;
}
