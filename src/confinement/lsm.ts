import { fromMachine, type Sourced, sourced } from '../core/sourced.ts';
import type { LsmConfinement, Profile } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import type { Platform } from './platform.ts';
import { runtimeDefault } from './runtime-default.ts';

const noAppArmor = sourced<LsmConfinement>({ mode: 'none' }, fromMachine('no AppArmor'));
const noSeLinux = sourced<LsmConfinement>({ mode: 'none' }, fromMachine('no SELinux'));

/** The name under which each runtime loads its own AppArmor profile. */
const defaultAppArmorProfile: Readonly<Record<Profile, string>> = {
  containerd: 'cri-containerd.apparmor.d',
  'cri-o': 'crio-default',
};

/** Nothing without the kernel module; privileged is unconfined; asked for nothing, the runtime's own profile. */
export function confineAppArmor(platform: Platform, context: EffectiveContext): Sourced<LsmConfinement> {
  if (!platform.appArmor) return noAppArmor;
  if (context.privileged.value) return sourced({ mode: 'unconfined' }, context.privileged.from);
  const asked = context.appArmorProfile;
  const usual: LsmConfinement = { mode: 'label', label: defaultAppArmorProfile[platform.profile] };
  if (asked === undefined) return sourced(usual, runtimeDefault[platform.profile]);
  switch (asked.value.type) {
    case 'Unconfined':
      return sourced({ mode: 'unconfined' }, asked.from);
    case 'RuntimeDefault':
      return sourced(usual, asked.from);
    case 'Localhost':
      return sourced({ mode: 'label', label: asked.value.localhostProfile ?? '' }, asked.from);
  }
}

/** The policy's label for containers; what seLinuxOptions leaves out is taken from it. */
const containerLabel = { user: 'system_u', role: 'system_r', type: 'container_t', level: 's0' };

export function confineSeLinux(platform: Platform, context: EffectiveContext): Sourced<LsmConfinement> {
  if (!platform.seLinux) return noSeLinux;
  if (context.privileged.value) return sourced({ mode: 'unconfined' }, context.privileged.from);
  const asked = context.seLinuxOptions;
  const { user, role, type, level } = { ...containerLabel, ...asked?.value };
  return sourced(
    { mode: 'label', label: [user, role, type, level].join(':') },
    asked?.from ?? runtimeDefault[platform.profile],
  );
}
