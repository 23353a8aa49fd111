import type { Check, Review } from '../check.ts';
import { exceptOnWindows } from '../relaxation.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { isSet, offenders, podSecurityField } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';
import { allowedProfilesOnly, seccompProfileBaseline } from './seccomp-profile-baseline.ts';

/** Every container has a profile, of its own or from the pod. */
const allHaveProfiles: Review = (pod) => {
  if (isSet(pod.securityContext?.seccompProfile)) return undefined;
  const bad = offenders(pod, ({ securityContext }) => !isSet(securityContext?.seccompProfile));
  if (bad.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containersPhrase(bad)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    advice: 'write securityContext.seccompProfile.type: RuntimeDefault in pod',
    fields: [podSecurityField('seccompProfile', 'type')],
  };
};

/** Seccomp is switched on. Explicitly forbidden profiles are reported first, alone, as upstream does. */
const review: Review = (pod) => allowedProfilesOnly(pod) ?? allHaveProfiles(pod);

const overrides = [seccompProfileBaseline.id];

export const seccompProfileRestricted: Check = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  title: 'Seccomp',
  description: 'Pod or containers set a seccomp profile: the runtime default or one of the node.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.seccompProfile.type'),
      allowed: ['RuntimeDefault', 'Localhost', 'left out at the container when the pod has one of these'],
    },
  ],
  remedy: 'Write `securityContext.seccompProfile.type: RuntimeDefault` in the pod.',
  versions: [
    { minimumVersion: 'v1.19', review, overrides },
    {
      minimumVersion: 'v1.25',
      change: 'pods for Windows (spec.os.name) are exempt',
      review: exceptOnWindows(review),
      overrides,
    },
  ],
};
