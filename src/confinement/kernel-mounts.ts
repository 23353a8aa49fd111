import { byDefault, type Origin } from '../core/sourced.ts';
import type { ConfinedMount } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';

const from = byDefault('runtime');
const unprivileged: readonly ConfinedMount[] = Object.freeze(mountsWith(true, from));

/** The file systems that the kernel makes for every container. Privileged gets /sys and the cgroups writable. */
export function kernelMounts({ privileged }: EffectiveContext): readonly ConfinedMount[] {
  return privileged.value ? mountsWith(false, privileged.from) : unprivileged;
}

/** `readOnly` and `system` are about what belongs to the system. */
function mountsWith(readOnly: boolean, system: Origin): readonly ConfinedMount[] {
  return [
    kernelMount('proc', '/proc', from, { nosuid: true, nodev: true, noexec: true }),
    kernelMount('tmpfs', '/dev', from, { nosuid: true, data: ['strictatime', 'mode=755', 'size=65536k'] }),
    kernelMount('sysfs', '/sys', system, { readOnly, nosuid: true, nodev: true, noexec: true }),
    kernelMount('devpts', '/dev/pts', from, {
      nosuid: true,
      noexec: true,
      data: ['newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    }),
    kernelMount('mqueue', '/dev/mqueue', from, { nosuid: true, nodev: true, noexec: true }),
    kernelMount('cgroup', '/sys/fs/cgroup', system, {
      readOnly,
      nosuid: true,
      nodev: true,
      noexec: true,
      data: ['relatime'],
    }),
  ];
}

function kernelMount(
  fsType: Exclude<ConfinedMount['fsType'], 'bind'>,
  destination: string,
  origin: Origin,
  options: Partial<Pick<ConfinedMount, 'readOnly' | 'nosuid' | 'nodev' | 'noexec' | 'data'>>,
): ConfinedMount {
  return {
    destination,
    source: { kind: 'kernel' },
    fsType,
    readOnly: false,
    recursiveReadOnly: false,
    nosuid: false,
    nodev: false,
    noexec: false,
    propagation: 'private',
    data: [],
    from: origin,
    ...options,
  };
}
