import { writeFileSync } from 'node:fs';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import { withUserId } from '../linux/credentials.ts';
import type { SandboxRequest } from './engine.ts';

/**
 * Writes sysctls in the namespaces that this thread is in. `owner` is the host's id of the pod's root: where the ipc
 * namespace belongs to a user namespace, only that id may write.
 */
export function writeSysctls(sysctls: SandboxRequest['sysctls'], owner: number): void {
  for (const { name, value } of sysctls) {
    const path = sysctlPath(name);
    const write = (): void => {
      writeFileSync(path, value);
    };
    try {
      if (owner !== 0 && !name.startsWith('net')) withUserId(owner, write);
      else write();
    } catch (error) {
      const found = systemCodeOf(error) ?? String(error);
      throw new PodproofError('runtime', `cannot set sysctl "${name}" to "${value}": ${found}`, {
        cause: error,
      });
    }
  }
}

/** `kernel.shm_rmid_forced` and `net/ipv4/conf/eth0.1/mtu`: the first separator decides, as in sysctl(8). */
function sysctlPath(name: string): string {
  const slashes = /^[^./]*\//.test(name);
  const path = slashes ? name : name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
  if (path.split('/').some((part) => part === '' || part === '..' || part === '.'))
    throw new PodproofError('invalid', `cannot set sysctl "${name}": not a name of a sysctl`);
  return `/proc/sys/${path}`;
}
