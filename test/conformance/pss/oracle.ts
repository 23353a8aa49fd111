import type { ObjectMeta } from '../../../src/kube/meta.ts';
import type { PodSpec } from '../../../src/kube/pod.ts';

/**
 * The standard once more, in another form and as slowly as one likes: which values there are at a place, and which of them
 * are not wanted. Nothing is shared with `src/policy/`, so that both cannot be wrong in the same way.
 */
interface Values {
  readonly spec: PodSpec;
  readonly annotations: Readonly<Record<string, string>>;
  /** What every container, and the pod where it has such a field, says below `securityContext`. */
  readonly said: (...path: readonly string[]) => readonly unknown[];
  /** The same, container by container: its own value, else the pod's. */
  readonly inherited: (...path: readonly string[]) => readonly unknown[];
  /** What every container says. */
  readonly ofContainers: (...path: readonly string[]) => readonly unknown[];
}

interface Rule {
  readonly check: string;
  readonly level: 'baseline' | 'restricted';
  readonly from: number;
  /** At the restricted level a stricter rule takes over. */
  readonly restrictedUntil?: number;
  readonly denies: (values: Values, minor: number) => boolean;
}

const DEFAULTS =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT';
const SINCE: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
  'net.ipv4.tcp_slow_start_after_idle': 37,
  'net.ipv4.tcp_notsent_lowat': 37,
};
const VOLUMES = 'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret';

const isIn = (list: string, value: unknown): boolean => list.split(' ').some((it) => it === value);
const isWindows = ({ spec }: Values, minor: number): boolean => minor >= 25 && spec.os?.name === 'windows';
const isMapped = ({ spec }: Values, minor: number): boolean => minor >= 35 && spec.hostUsers === false;
const isProfile = (value: unknown): boolean => isIn('RuntimeDefault Localhost', value);

const RULES: readonly Rule[] = [
  {
    check: 'appArmorProfile',
    level: 'baseline',
    from: 0,
    denies: ({ said, annotations }) =>
      said('appArmorProfile', 'type').some((it) => !isProfile(it)) ||
      Object.entries(annotations).some(
        ([key, value]) =>
          key.startsWith('container.apparmor.security.beta.kubernetes.io/') &&
          !/^($|runtime\/default$|localhost\/)/.test(value),
      ),
  },
  {
    check: 'capabilities_baseline',
    level: 'baseline',
    from: 0,
    restrictedUntil: 22,
    denies: ({ ofContainers }) =>
      ofContainers('securityContext', 'capabilities', 'add')
        .flat()
        .some((it) => !isIn(DEFAULTS, it)),
  },
  {
    check: 'hostNamespaces',
    level: 'baseline',
    from: 0,
    denies: ({ spec }) => spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true,
  },
  {
    check: 'hostPathVolumes',
    level: 'baseline',
    from: 0,
    restrictedUntil: 0,
    denies: ({ spec }) => (spec.volumes ?? []).some((it) => (it.hostPath ?? null) !== null),
  },
  {
    check: 'hostPorts',
    level: 'baseline',
    from: 0,
    denies: ({ ofContainers }) =>
      ofContainers('ports')
        .flat()
        .some((it) => at(it, 'hostPort') !== undefined && at(it, 'hostPort') !== 0),
  },
  {
    check: 'hostProbesAndHostLifecycle',
    level: 'baseline',
    from: 34,
    denies: ({ ofContainers }) =>
      ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'].some(
        (handler) =>
          ['httpGet', 'tcpSocket'].some((action) =>
            ofContainers(...handler.split('.'), action, 'host').some((it) => it !== ''),
          ),
      ),
  },
  {
    check: 'privileged',
    level: 'baseline',
    from: 0,
    denies: ({ ofContainers }) => ofContainers('securityContext', 'privileged').includes(true),
  },
  {
    check: 'procMount',
    level: 'baseline',
    from: 0,
    restrictedUntil: 35,
    denies: (values, minor) =>
      !isMapped(values, minor) &&
      values.ofContainers('securityContext', 'procMount').some((it) => it !== 'Default'),
  },
  {
    check: 'seLinuxOptions',
    level: 'baseline',
    from: 0,
    denies: ({ said }, minor) => {
      const types = `container_t container_init_t container_kvm_t${minor >= 31 ? ' container_engine_t' : ''}`;
      return (
        said('seLinuxOptions', 'type').some((it) => it !== '' && !isIn(types, it)) ||
        [...said('seLinuxOptions', 'user'), ...said('seLinuxOptions', 'role')].some((it) => it !== '')
      );
    },
  },
  {
    check: 'seccompProfile_baseline',
    level: 'baseline',
    from: 0,
    restrictedUntil: 19,
    denies: ({ said, annotations, ofContainers }, minor) => {
      if (minor >= 19) return said('seccompProfile', 'type').some((it) => !isProfile(it));
      const suffix = 'seccomp.security.alpha.kubernetes.io';
      const keys = ofContainers('name').map((name) => `container.${suffix}/${String(name)}`);
      return [`${suffix}/pod`, ...keys].some(
        (key) =>
          key in annotations &&
          !/^(runtime\/default$|docker\/default$|localhost\/)/.test(annotations[key] ?? ''),
      );
    },
  },
  {
    check: 'sysctls',
    level: 'baseline',
    from: 0,
    denies: ({ spec }, minor) =>
      (spec.securityContext?.sysctls ?? []).some(({ name }) => !(minor >= (SINCE[name] ?? Infinity))),
  },
  {
    check: 'windowsHostProcess',
    level: 'baseline',
    from: 0,
    denies: ({ said }) => said('windowsOptions', 'hostProcess').includes(true),
  },
  {
    check: 'allowPrivilegeEscalation',
    level: 'restricted',
    from: 8,
    denies: (values, minor) =>
      !isWindows(values, minor) && values.inherited('allowPrivilegeEscalation').some((it) => it !== false),
  },
  {
    check: 'capabilities_restricted',
    level: 'restricted',
    from: 22,
    denies: (values, minor) =>
      !isWindows(values, minor) &&
      (values.inherited('capabilities', 'drop').some((it) => !Array.isArray(it) || !it.includes('ALL')) ||
        values
          .ofContainers('securityContext', 'capabilities', 'add')
          .flat()
          .some((it) => it !== 'NET_BIND_SERVICE')),
  },
  {
    check: 'procMount_restricted',
    level: 'restricted',
    from: 35,
    denies: ({ ofContainers }) => ofContainers('securityContext', 'procMount').some((it) => it !== 'Default'),
  },
  {
    check: 'restrictedVolumes',
    level: 'restricted',
    from: 0,
    denies: ({ spec }) =>
      (spec.volumes ?? []).some((volume) => {
        const sources = Object.entries(volume).filter(([key, it]) => key !== 'name' && it !== null);
        return sources.length > 0 && !sources.some(([key]) => isIn(VOLUMES, key));
      }),
  },
  {
    check: 'runAsNonRoot',
    level: 'restricted',
    from: 0,
    denies: (values, minor) =>
      !isMapped(values, minor) &&
      (values.said('runAsNonRoot').includes(false) ||
        values.inherited('runAsNonRoot').some((it) => it !== true)),
  },
  {
    check: 'runAsUser',
    level: 'restricted',
    from: 23,
    denies: (values, minor) => !isMapped(values, minor) && values.said('runAsUser').includes(0),
  },
  {
    check: 'seccompProfile_restricted',
    level: 'restricted',
    from: 19,
    denies: (values, minor) =>
      !isWindows(values, minor) &&
      [...values.inherited('seccompProfile', 'type'), ...values.said('seccompProfile', 'type')].some(
        (it) => !isProfile(it),
      ),
  },
];

/** The ids of the checks that deny the pod, in upstream's order. */
export function oracle(
  level: 'baseline' | 'restricted',
  minor: number,
  metadata: ObjectMeta | undefined,
  spec: PodSpec,
): readonly string[] {
  const values = valuesOf(metadata, spec);
  return RULES.filter((rule) => {
    if (minor < rule.from || (level === 'baseline' && rule.level === 'restricted')) return false;
    if (level === 'restricted' && minor >= (rule.restrictedUntil ?? Infinity)) return false;
    return rule.denies(values, minor);
  }).map(({ check }) => check);
}

function valuesOf(metadata: ObjectMeta | undefined, spec: PodSpec): Values {
  const lists = [spec.initContainers, spec.containers, spec.ephemeralContainers];
  const containers = lists.flatMap((list) => list ?? []);
  const ofContainers: Values['ofContainers'] = (...path) =>
    present(containers.map((container) => at(container, ...path)));
  return {
    spec,
    annotations: metadata?.annotations ?? {},
    ofContainers,
    said: (...path) => [
      ...present([at(spec.securityContext, ...path)]),
      ...ofContainers('securityContext', ...path),
    ],
    inherited: (...path) =>
      containers.map((it) => at(it.securityContext, ...path) ?? at(spec.securityContext, ...path)),
  };
}

function present(values: readonly unknown[]): readonly unknown[] {
  return values.filter((it) => it !== undefined);
}

/** What stands at the path; null is nothing. */
function at(value: unknown, ...path: readonly string[]): unknown {
  const [step, ...rest] = path;
  if (value === undefined || value === null) return undefined;
  if (step === undefined) return value;
  return at(new Map(Object.entries(value)).get(step), ...rest);
}
