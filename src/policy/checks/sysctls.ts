import type { FieldPath } from '../../core/field-path.ts';
import type { Check, Review, VersionedCheck } from '../check.ts';
import { podSecurityField } from '../reviewed-pod.ts';
import { joinQuote } from '../wording.ts';

/** The safe kernel parameters, a few more with every row. */
const ADDED: readonly {
  readonly minimumVersion: VersionedCheck['minimumVersion'];
  readonly names: readonly string[];
}[] = [
  {
    minimumVersion: 'v1.0',
    names: [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
      'net.ipv4.ip_unprivileged_port_start',
    ],
  },
  { minimumVersion: 'v1.27', names: ['net.ipv4.ip_local_reserved_ports'] },
  {
    minimumVersion: 'v1.29',
    names: [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  },
  { minimumVersion: 'v1.32', names: ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'] },
  {
    minimumVersion: 'v1.37',
    names: ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'],
  },
];

/** Only kernel parameters that belong to the pod's own namespaces and cannot disturb its neighbours. */
function reviewAllowing(allowed: ReadonlySet<string>): Review {
  return ({ securityContext }) => {
    let forbidden: string[] | undefined;
    const fields: FieldPath[] = [];
    let index = 0;
    for (const { name } of securityContext?.sysctls ?? []) {
      if (!allowed.has(name)) {
        forbidden ??= [];
        forbidden.push(name);
        fields.push(podSecurityField('sysctls', index, 'name'));
      }
      index += 1;
    }
    if (forbidden === undefined) return undefined;
    return {
      reason: 'forbidden sysctls',
      detail: forbidden.join(', '),
      advice: `remove ${joinQuote(forbidden)} from securityContext.sysctls in pod`,
      fields,
    };
  };
}

export const sysctls: Check = {
  id: 'sysctls',
  level: 'baseline',
  title: 'Sysctls',
  description: 'Sysctls are of the safe set.',
  restricts: [
    {
      fields: ['spec.securityContext.sysctls[*].name'],
      allowed: ADDED.flatMap(({ minimumVersion, names }, row) =>
        names.map((name) => (row === 0 ? name : `${name} from ${minimumVersion} on`)),
      ),
    },
  ],
  remedy: 'Remove other names than these from `securityContext.sysctls`.',
  versions: ADDED.map(({ minimumVersion, names }, row) => ({
    minimumVersion,
    ...(row > 0 && { change: `${names.join(', ')} may be set` }),
    review: reviewAllowing(new Set(ADDED.slice(0, row + 1).flatMap((it) => it.names))),
  })),
};
