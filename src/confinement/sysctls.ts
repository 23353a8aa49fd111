import { fromManifest, sourced } from '../core/sourced.ts';
import type { Pod } from '../kube/pod.ts';
import type { Sysctl } from './confinement.ts';
import { perPod } from './per-pod.ts';
import type { Platform } from './platform.ts';
import { runtimeDefault } from './runtime-default.ts';

/** The pod's own, then the runtime's for the namespaces that the pod has for itself. */
export const confineSysctls: (pod: Pod, platform: Platform) => readonly Sysctl[] = perPod((pod, platform) => {
  const added = runtimeSysctls(pod, platform);
  const written = pod.spec.securityContext?.sysctls ?? [];
  if (written.length === 0) return added;
  const asked = written.map(
    ({ name, value }, index): Sysctl => ({
      name: normalizeSysctlName(name),
      value: sourced(value, fromManifest('spec', 'securityContext', 'sysctls', index)),
    }),
  );
  return [...asked, ...added.filter(({ name }) => !asked.some((own) => own.name === name))];
});

/**
 * The name with dots. A name whose first separator is a slash uses slashes as separators, and its dots are part of a
 * name, as in `net/ipv4/conf/eth0.100/forwarding`.
 */
export function normalizeSysctlName(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return name.replaceAll(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}

const none: readonly Sysctl[] = Object.freeze([]);
const lowPorts: readonly Sysctl[] = Object.freeze([
  { name: 'net.ipv4.ip_unprivileged_port_start', value: sourced('0', runtimeDefault.containerd) },
]);
const lowPortsAndPing: readonly Sysctl[] = Object.freeze([
  ...lowPorts,
  { name: 'net.ipv4.ping_group_range', value: sourced('0 2147483647', runtimeDefault.containerd) },
]);

/** containerd lets anybody bind low ports and ping; CRI-O sets nothing. */
function runtimeSysctls({ spec }: Pod, { profile }: Platform): readonly Sysctl[] {
  if (profile !== 'containerd' || spec.hostNetwork === true) return none;
  return spec.hostUsers === false ? lowPorts : lowPortsAndPing;
}
