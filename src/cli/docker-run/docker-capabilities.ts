import { CAPABILITIES, type Capability, sortCapabilities } from '../../confinement/capability.ts';
import type { Profile } from '../../confinement/confinement.ts';
import type { SecurityContext } from '../../kube/pod.ts';
import type { DockerFlags } from './docker-flags.ts';
import type { Remarks } from './remarks.ts';

/** Docker's own default: the same 14 as containerd's. */
const DOCKER_DEFAULT: readonly Capability[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SYS_CHROOT',
  'MKNOD',
  'AUDIT_WRITE',
  'SETFCAP',
];

/**
 * The manifest's capabilities under which a pod gets the set that Docker would give. In Docker an added capability
 * wins over a dropped one, in Kubernetes the drop wins: a name in both is written as added only. Docker ignores both
 * flags for a privileged container.
 */
export function translateCapabilities(
  flags: DockerFlags,
  profile: Profile,
  remarks: Remarks,
): NonNullable<SecurityContext['capabilities']> | undefined {
  const add = normalise('--cap-add', flags.capAdd, remarks);
  const drop = normalise('--cap-drop', flags.capDrop, remarks);
  if (flags.privileged) return undefined;
  if (add.all) return withoutEmpty(['ALL'], drop.names);
  if (drop.all) return withoutEmpty(add.names, ['ALL']);
  const dropped = drop.names.filter((name) => !add.names.includes(name));
  // CRI-O's default is smaller than Docker's: only the whole set says the same.
  if (profile === 'cri-o') {
    const kept = DOCKER_DEFAULT.filter((name) => !dropped.includes(name));
    return withoutEmpty(sortCapabilities([...kept, ...add.names]), ['ALL']);
  }
  const defaults = new Set(DOCKER_DEFAULT);
  return withoutEmpty(
    add.names.filter((name) => !defaults.has(name)),
    dropped.filter((name) => defaults.has(name)),
  );
}

interface CapabilityList {
  readonly all: boolean;
  readonly names: readonly Capability[];
}

/** `cap_net_admin`, `NET_ADMIN`, `all`: Docker takes any case, with and without the prefix. */
function normalise(flag: string, words: readonly string[], remarks: Remarks): CapabilityList {
  const upper = words
    .flatMap((word) => word.split(','))
    .map((word) => word.toUpperCase().replace(/^CAP_/, ''));
  const names = new Set<Capability>();
  for (const [index, word] of upper.entries()) {
    if (word === 'ALL') continue;
    const known = CAPABILITIES.find((capability) => capability === word);
    if (known === undefined) remarks.problem(`${flag} ${words[index] ?? word}: there is no such capability`);
    else names.add(known);
  }
  return { all: upper.includes('ALL'), names: sortCapabilities(names) };
}

function withoutEmpty(
  add: readonly string[],
  drop: readonly string[],
): NonNullable<SecurityContext['capabilities']> | undefined {
  if (add.length === 0 && drop.length === 0) return undefined;
  return { ...(add.length > 0 && { add }), ...(drop.length > 0 && { drop }) };
}
