import type { SeccompProfile } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { isSet, offenders, type ReviewedPod, securityFields } from '../reviewed-pod.ts';
import { goQuote, joinQuote, pluralize, settersPhrase, sortedSet } from '../wording.ts';

const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';

function isForbiddenAnnotation({ annotations }: ReviewedPod, key: string): boolean {
  if (!Object.hasOwn(annotations, key)) return false;
  const value = annotations[key] ?? '';
  return value !== 'runtime/default' && value !== 'docker/default' && !value.startsWith('localhost/');
}

/** Up to v1.18 the profile was an annotation. Only those of the pod and of containers that exist are looked at. */
const allowedAnnotationsOnly: Review = (pod) => {
  const keys = new Set([POD_ANNOTATION]);
  for (const { name } of pod.containers) keys.add(CONTAINER_ANNOTATION_PREFIX + name);
  const forbidden = [...keys].filter((key) => isForbiddenAnnotation(pod, key));
  if (forbidden.length === 0) return undefined;
  const values = sortedSet(forbidden.map((key) => `${key}=${goQuote(pod.annotations[key] ?? '')}`));
  const noun = pluralize('annotation', 'annotations', values.length);
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${noun} ${values.join(', ')}`,
    advice: `write "runtime/default" in ${noun} ${forbidden.join(', ')}`,
    fields: forbidden.map((key) => ['metadata', 'annotations', key]),
  };
};

function isForbidden(profile: SeccompProfile | undefined): boolean {
  return isSet(profile) && profile?.type !== 'RuntimeDefault' && profile?.type !== 'Localhost';
}

/** From v1.19 it is a field, which may not switch seccomp off. The restricted check uses this too. */
export const allowedProfilesOnly: Review = (pod) => {
  const podProfile = pod.securityContext?.seccompProfile;
  const byPod = isForbidden(podProfile);
  const bad = offenders(pod, ({ securityContext }) => isForbidden(securityContext?.seccompProfile));
  if (!byPod && bad.length === 0) return undefined;
  const types = bad.map(({ container }) => container.securityContext?.seccompProfile?.type ?? '');
  if (byPod) types.push(podProfile?.type ?? '');
  const who = settersPhrase(byPod, bad);
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${joinQuote(sortedSet(types))}`,
    advice: `write securityContext.seccompProfile.type: RuntimeDefault in ${who}`,
    fields: securityFields(byPod, bad, 'seccompProfile', 'type'),
  };
};

export const seccompProfileBaseline: Check = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  title: 'Seccomp',
  description: 'Seccomp profiles are the runtime default or a profile of the node, never unconfined.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.seccompProfile.type'),
      allowed: ['left out', 'RuntimeDefault', 'Localhost', 'any value up to v1.18'],
    },
    {
      fields: [
        `metadata.annotations[${POD_ANNOTATION}]`,
        `metadata.annotations[${CONTAINER_ANNOTATION_PREFIX}CONTAINER]`,
      ],
      allowed: ['left out', 'runtime/default', 'docker/default', 'localhost/*', 'any value from v1.19 on'],
    },
  ],
  remedy: 'Write `securityContext.seccompProfile.type: RuntimeDefault`, or leave the profile out.',
  versions: [
    { minimumVersion: 'v1.0', review: allowedAnnotationsOnly },
    {
      minimumVersion: 'v1.19',
      change: 'the field securityContext.seccompProfile counts, the annotations no longer do',
      review: allowedProfilesOnly,
    },
  ],
};
