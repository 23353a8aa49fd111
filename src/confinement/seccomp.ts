import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
import type { SeccompProfile } from '../kube/pod.ts';
import type { Seccomp } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import type { Platform } from './platform.ts';

/** Privileged leaves out the profile, whatever is asked; asked for nothing, the kubelet's `seccompDefault` decides. */
export function confineSeccomp(platform: Platform, context: EffectiveContext): Sourced<Seccomp> {
  if (context.privileged.value) return sourced({ mode: 'unconfined' }, context.privileged.from);
  const asked = context.seccompProfile;
  if (asked !== undefined) return sourced(fromProfile(asked.value), asked.from);
  return platform.kubelet.seccompDefault
    ? sourced({ mode: 'filter', profile: 'RuntimeDefault' }, byDefault('kubelet', 'seccompDefault'))
    : sourced({ mode: 'unconfined' }, byDefault('kubelet', 'seccompProfile not set'));
}

function fromProfile(profile: SeccompProfile): Seccomp {
  switch (profile.type) {
    case 'Unconfined':
      return { mode: 'unconfined' };
    case 'RuntimeDefault':
      return { mode: 'filter', profile: 'RuntimeDefault' };
    case 'Localhost':
      return { mode: 'filter', profile: 'Localhost', localhostProfile: profile.localhostProfile ?? '' };
  }
}
