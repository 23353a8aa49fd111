import type { FieldPath } from '../../core/field-path.ts';
import type { SeccompProfile } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { isSet, podSecurityField, securityField } from '../reviewed-pod.ts';
import { goQuote, joinQuote, pluralize, settersPhrase, sortedSet } from '../wording.ts';

const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';

function isAllowedAnnotation(value: string): boolean {
  return value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
}

function isForbidden(profile: SeccompProfile | undefined): boolean {
  if (!isSet(profile)) return false;
  return profile?.type !== 'RuntimeDefault' && profile?.type !== 'Localhost';
}

/** Up to v1.18 the profile was an annotation. Only those of the pod and of containers that exist are looked at. */
const allowedAnnotationsOnly: Review = ({ annotations, containers }) => {
  const forbidden = [
    POD_ANNOTATION,
    ...containers.map(({ name }) => CONTAINER_ANNOTATION_PREFIX + name),
  ].filter((key) => Object.hasOwn(annotations, key) && !isAllowedAnnotation(annotations[key] ?? ''));
  if (forbidden.length === 0) return undefined;
  const values = sortedSet(forbidden.map((key) => `${key}=${goQuote(annotations[key] ?? '')}`));
  return {
    reason: 'seccompProfile',
    detail: `forbidden ${pluralize('annotation', 'annotations', values.length)} ${values.join(', ')}`,
    fields: [...new Set(forbidden)].map((key) => ['metadata', 'annotations', key]),
  };
};

/** From v1.19 it is a field. The restricted check uses this too. */
export const allowedProfilesOnly: Review = (pod) => {
  const podProfile = pod.spec.securityContext?.seccompProfile;
  const byPod = isForbidden(podProfile);
  const bad = pod.containers.filter(({ securityContext }) => isForbidden(securityContext?.seccompProfile));
  if (!byPod && bad.length === 0) return undefined;
  const fields: FieldPath[] = bad.map((container) => securityField(container, 'seccompProfile', 'type'));
  const types = bad.map(({ securityContext }) => securityContext?.seccompProfile?.type ?? '');
  if (byPod) {
    fields.unshift(podSecurityField('seccompProfile', 'type'));
    types.push(podProfile?.type ?? '');
  }
  const values = joinQuote(sortedSet(types));
  return {
    reason: 'seccompProfile',
    detail: `${settersPhrase(byPod, bad)} must not set securityContext.seccompProfile.type to ${values}`,
    fields,
  };
};

/**
 * Seccomp is not switched off.
 *
 * Fields: `securityContext.seccompProfile.type` of the pod and of every container. Allowed: left out, `RuntimeDefault`,
 * `Localhost`. Up to v1.18 the annotations `seccomp.security.alpha.kubernetes.io/pod` and
 * `container.seccomp.security.alpha.kubernetes.io/CONTAINER` instead: `runtime/default`, `docker/default`,
 * `localhost/...`.
 */
export const seccompProfileBaseline: Check = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  description: 'Seccomp profiles are the runtime default or a profile of the node, never unconfined.',
  versions: [
    { minimumVersion: 'v1.0', review: allowedAnnotationsOnly },
    { minimumVersion: 'v1.19', review: allowedProfilesOnly },
  ],
};
