import type { PodSpec } from '../../kube/pod.ts';
import { perPod } from '../per-pod.ts';
import type { Platform } from '../platform.ts';
import { normalizeSysctlName } from '../sysctls.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';

/** The kubelet's own list (`kubelet/sysctl/safe_sysctls.go`, 1.36): of one namespace, and harmless outside it. */
const safeSysctls: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

export function sysctlsVerdict({ input: { pod, platform } }: VerdictSubject): StartRefused | undefined {
  return refusalOf(pod, platform);
}

const refusalOf = perPod(({ spec }, platform): StartRefused | undefined => {
  for (const [index, sysctl] of (spec.securityContext?.sysctls ?? []).entries()) {
    const problem = problemOf(normalizeSysctlName(sysctl.name), spec, platform);
    if (problem !== undefined)
      return {
        ok: false,
        reason: 'SysctlForbidden',
        message: `forbidden sysctl: ${problem.text}`,
        advice: problem.advice,
        path: ['spec', 'securityContext', 'sysctls', index],
      };
  }
  return undefined;
});

interface Problem {
  readonly text: string;
  readonly advice: string;
}

function problemOf(name: string, spec: PodSpec, platform: Platform): Problem | undefined {
  const allowed = [...safeSysctls, ...platform.kubelet.allowedUnsafeSysctls];
  if (!allowed.some((pattern) => matches(name, pattern)))
    return {
      text: `"${name}" not allowlisted`,
      advice: `remove it, or let the node's kubelet allow it: --allowed-unsafe-sysctls=${name}`,
    };
  if (spec.hostNetwork === true && name.startsWith('net.'))
    return { text: `"${name}" not allowed with host Net enabled`, advice: 'remove it, or hostNetwork' };
  if (spec.hostIPC === true && isIpc(name))
    return { text: `"${name}" not allowed with host IPC enabled`, advice: 'remove it, or hostIPC' };
  return undefined;
}

/** A pattern of the kubelet's `allowedUnsafeSysctls` may end in `*`. */
function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function isIpc(name: string): boolean {
  return name === 'kernel.sem' || /^(?:kernel\.(?:shm|msg)|fs\.mqueue\.)/.test(name);
}
