import type { Check, Review } from '../check.ts';
import { exceptOnWindows } from '../relaxation.ts';
import { isSet, podSecurityField } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';
import { allowedProfilesOnly, seccompProfileBaseline } from './seccomp-profile-baseline.ts';

/** Every container has a profile, of its own or from the pod. */
const allHaveProfiles: Review = (pod) => {
  if (isSet(pod.spec.securityContext?.seccompProfile)) return undefined;
  const bad = pod.containers.filter(({ securityContext }) => !isSet(securityContext?.seccompProfile));
  if (bad.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${containersPhrase(bad)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    fields: [podSecurityField('seccompProfile', 'type')],
  };
};

/** Explicitly forbidden profiles are reported first, alone, as upstream does. */
const review: Review = (pod) => allowedProfilesOnly(pod) ?? allHaveProfiles(pod);

const overrides = [seccompProfileBaseline.id];

/**
 * Seccomp is switched on.
 *
 * Fields: `securityContext.seccompProfile.type` of the pod and of every container. Allowed: `RuntimeDefault` and
 * `Localhost`; containers may leave it out when the pod has it. From v1.19; pods for Windows are exempt from v1.25.
 */
export const seccompProfileRestricted: Check = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  description: 'Pod or containers set a seccomp profile: the runtime default or one of the node.',
  versions: [
    { minimumVersion: 'v1.19', review, overrides },
    { minimumVersion: 'v1.25', review: exceptOnWindows(review), overrides },
  ],
};
