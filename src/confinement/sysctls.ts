import { byDefault, fromManifest, sourced } from '../core/sourced.ts';
import type { Pod } from '../kube/pod.ts';
import type { Sysctl } from './confinement.ts';
import type { Platform } from './platform.ts';

/** The pod's own, then the runtime's for the namespaces that the pod has for itself. */
export function confineSysctls(pod: Pod, platform: Platform): readonly Sysctl[] {
  const asked = (pod.spec.securityContext?.sysctls ?? []).map(
    ({ name, value }, index): Sysctl => ({
      name: normalizeSysctlName(name),
      value: sourced(value, fromManifest('spec', 'securityContext', 'sysctls', index)),
    }),
  );
  const added = runtimeSysctls(pod, platform).filter(
    (sysctl) => !asked.some((own) => own.name === sysctl.name),
  );
  return [...asked, ...added];
}

/**
 * The name with dots. A name whose first separator is a slash uses slashes as separators, and its dots are part of a
 * name, as in `net/ipv4/conf/eth0.100/forwarding`.
 */
export function normalizeSysctlName(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return name.replaceAll(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}

/** containerd lets anybody bind low ports and ping; CRI-O sets nothing. */
function runtimeSysctls({ spec }: Pod, { profile }: Platform): readonly Sysctl[] {
  if (profile !== 'containerd' || spec.hostNetwork === true) return [];
  const from = byDefault('runtime', profile);
  const ports = { name: 'net.ipv4.ip_unprivileged_port_start', value: sourced('0', from) };
  if (spec.hostUsers === false) return [ports];
  return [ports, { name: 'net.ipv4.ping_group_range', value: sourced('0 2147483647', from) }];
}
