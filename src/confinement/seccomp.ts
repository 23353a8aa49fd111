import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
import type { SeccompProfile } from '../kube/pod.ts';
import type { Seccomp } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import type { Platform } from './platform.ts';

const unconfined: Seccomp = Object.freeze({ mode: 'unconfined' });
const filtered: Seccomp = Object.freeze({ mode: 'filter', profile: 'RuntimeDefault' });
const filteredByDefault = sourced(filtered, byDefault('kubelet', 'seccompDefault'));
const unconfinedByDefault = sourced(unconfined, byDefault('kubelet', 'seccompProfile not set'));

/** Privileged leaves out the profile, whatever is asked; asked for nothing, the kubelet's `seccompDefault` decides. */
export function confineSeccomp(platform: Platform, context: EffectiveContext): Sourced<Seccomp> {
  if (context.privileged.value) return sourced(unconfined, context.privileged.from);
  const asked = context.seccompProfile;
  if (asked !== undefined) return sourced(fromProfile(asked.value), asked.from);
  return platform.kubelet.seccompDefault ? filteredByDefault : unconfinedByDefault;
}

function fromProfile(profile: SeccompProfile): Seccomp {
  switch (profile.type) {
    case 'Unconfined':
      return unconfined;
    case 'RuntimeDefault':
      return filtered;
    case 'Localhost':
      return { mode: 'filter', profile: 'Localhost', localhostProfile: profile.localhostProfile ?? '' };
  }
}
