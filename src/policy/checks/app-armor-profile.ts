import type { FieldPath } from '../../core/field-path.ts';
import type { AppArmorProfile } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { isSet, podSecurityField, type ReviewedPod, securityField } from '../reviewed-pod.ts';
import { containersPhrase, goQuote, joinQuote, pluralize, sortedSet } from '../wording.ts';

/**
 * The runtime's default AppArmor profile may be replaced by another profile of the node, but not be switched off.
 *
 * Fields: `securityContext.appArmorProfile.type` of the pod and of every container. Allowed: left out, `RuntimeDefault`,
 * `Localhost`. Before the field there were annotations `container.apparmor.security.beta.kubernetes.io/CONTAINER`, which
 * still count: empty, `runtime/default` or `localhost/...`.
 */
const ANNOTATION_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

function isForbidden(profile: AppArmorProfile | undefined): boolean {
  if (!isSet(profile)) return false;
  return profile?.type !== 'RuntimeDefault' && profile?.type !== 'Localhost';
}

function forbiddenAnnotations({ annotations }: ReviewedPod): readonly string[] {
  const keys: string[] = [];
  for (const key in annotations) {
    if (!key.startsWith(ANNOTATION_PREFIX)) continue;
    const value = annotations[key] ?? '';
    if (value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/')) keys.push(key);
  }
  return keys;
}

const review: Review = (pod) => {
  const podProfile = pod.spec.securityContext?.appArmorProfile;
  const byPod = isForbidden(podProfile);
  const containers = pod.containers.filter(({ securityContext }) =>
    isForbidden(securityContext?.appArmorProfile),
  );
  const annotations = forbiddenAnnotations(pod);
  if (!byPod && containers.length === 0 && annotations.length === 0) return undefined;

  const types = containers.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? '');
  const values = [
    ...sortedSet(byPod ? [podProfile?.type ?? '', ...types] : types),
    ...sortedSet(annotations.map((key) => `${key}=${goQuote(pod.annotations[key] ?? '')}`)),
  ];
  const setters: string[] = [];
  const fields: FieldPath[] = [];
  if (byPod) {
    setters.push('pod');
    fields.push(podSecurityField('appArmorProfile', 'type'));
  }
  if (containers.length > 0) setters.push(containersPhrase(containers));
  for (const container of containers) fields.push(securityField(container, 'appArmorProfile', 'type'));
  if (annotations.length > 0) setters.push(pluralize('annotation', 'annotations', annotations.length));
  for (const key of annotations) fields.push(['metadata', 'annotations', key]);
  return {
    reason: pluralize('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${joinQuote(values)}`,
    fields,
  };
};

export const appArmorProfile: Check = {
  id: 'appArmorProfile',
  level: 'baseline',
  description: 'AppArmor profiles are the runtime default or a profile of the node, never unconfined.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
