import type { FieldPath } from '../../core/field-path.ts';
import type { Check, Review } from '../check.ts';
import { podSecurityField } from '../reviewed-pod.ts';

/**
 * Only kernel parameters that belong to the pod's own namespaces and cannot disturb its neighbours.
 *
 * Field: `spec.securityContext.sysctls[*].name`. Allowed: those below, a few more with every row.
 */
const ADDED = {
  'v1.0': [
    'kernel.shm_rmid_forced',
    'net.ipv4.ip_local_port_range',
    'net.ipv4.tcp_syncookies',
    'net.ipv4.ping_group_range',
    'net.ipv4.ip_unprivileged_port_start',
  ],
  'v1.27': ['net.ipv4.ip_local_reserved_ports'],
  'v1.29': [
    'net.ipv4.tcp_keepalive_time',
    'net.ipv4.tcp_fin_timeout',
    'net.ipv4.tcp_keepalive_intvl',
    'net.ipv4.tcp_keepalive_probes',
  ],
  'v1.32': ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'],
  'v1.37': ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'],
} as const;

function reviewAllowing(...versions: readonly (keyof typeof ADDED)[]): Review {
  const allowed: ReadonlySet<string> = new Set(versions.flatMap((version) => ADDED[version]));
  return ({ spec }) => {
    const forbidden: string[] = [];
    const fields: FieldPath[] = [];
    for (const [index, { name }] of (spec.securityContext?.sysctls ?? []).entries()) {
      if (allowed.has(name)) continue;
      forbidden.push(name);
      fields.push(podSecurityField('sysctls', index, 'name'));
    }
    if (forbidden.length === 0) return undefined;
    return { reason: 'forbidden sysctls', detail: forbidden.join(', '), fields };
  };
}

export const sysctls: Check = {
  id: 'sysctls',
  level: 'baseline',
  description: 'Sysctls are of the safe set.',
  versions: [
    { minimumVersion: 'v1.0', review: reviewAllowing('v1.0') },
    { minimumVersion: 'v1.27', review: reviewAllowing('v1.0', 'v1.27') },
    { minimumVersion: 'v1.29', review: reviewAllowing('v1.0', 'v1.27', 'v1.29') },
    { minimumVersion: 'v1.32', review: reviewAllowing('v1.0', 'v1.27', 'v1.29', 'v1.32') },
    { minimumVersion: 'v1.37', review: reviewAllowing('v1.0', 'v1.27', 'v1.29', 'v1.32', 'v1.37') },
  ],
};
