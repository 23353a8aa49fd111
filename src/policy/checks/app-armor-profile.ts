import type { AppArmorProfile } from '../../kube/pod.ts';
import type { Check, Review } from '../check.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { isSet, offenders, type ReviewedPod, securityFields } from '../reviewed-pod.ts';
import { containersPhrase, goQuote, joinQuote, pluralize, sortedSet } from '../wording.ts';

/** Before the field there were annotations, one for each container, which still count, also for containers that are not there. */
const ANNOTATION_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

function isForbidden(profile: AppArmorProfile | undefined): boolean {
  return isSet(profile) && profile?.type !== 'RuntimeDefault' && profile?.type !== 'Localhost';
}

function forbiddenAnnotations({ annotations }: ReviewedPod): readonly string[] {
  let keys: string[] | undefined;
  for (const key in annotations) {
    if (!key.startsWith(ANNOTATION_PREFIX)) continue;
    const value = annotations[key] ?? '';
    if (value === '' || value === 'runtime/default' || value.startsWith('localhost/')) continue;
    keys ??= [];
    keys.push(key);
  }
  return keys ?? [];
}

/** The runtime's default AppArmor profile may be replaced by another profile of the node, but not be switched off. */
const review: Review = (pod) => {
  const podProfile = pod.securityContext?.appArmorProfile;
  const byPod = isForbidden(podProfile);
  const bad = offenders(pod, ({ securityContext }) => isForbidden(securityContext?.appArmorProfile));
  const annotations = forbiddenAnnotations(pod);
  if (!byPod && bad.length === 0 && annotations.length === 0) return undefined;

  const types = bad.map(({ container }) => container.securityContext?.appArmorProfile?.type ?? '');
  if (byPod) types.push(podProfile?.type ?? '');
  const values = [
    ...sortedSet(types),
    ...sortedSet(annotations.map((key) => `${key}=${goQuote(pod.annotations[key] ?? '')}`)),
  ];
  const setters = byPod ? ['pod'] : [];
  if (bad.length > 0) setters.push(containersPhrase(bad));
  const advice: string[] = [];
  if (setters.length > 0)
    advice.push(`write securityContext.appArmorProfile.type: RuntimeDefault in ${setters.join(' and ')}`);
  if (annotations.length > 0) {
    const noun = pluralize('annotation', 'annotations', annotations.length);
    setters.push(noun);
    advice.push(`write "runtime/default" in ${noun} ${annotations.join(', ')}`);
  }
  return {
    reason: pluralize('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${joinQuote(values)}`,
    advice: advice.join('; '),
    fields: [
      ...securityFields(byPod, bad, 'appArmorProfile', 'type'),
      ...annotations.map((key) => ['metadata', 'annotations', key]),
    ],
  };
};

export const appArmorProfile: Check = {
  id: 'appArmorProfile',
  level: 'baseline',
  title: 'AppArmor',
  description: 'AppArmor profiles are the runtime default or a profile of the node, never unconfined.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.appArmorProfile.type'),
      allowed: ['left out', 'RuntimeDefault', 'Localhost'],
    },
    {
      fields: [`metadata.annotations[${ANNOTATION_PREFIX}*]`],
      allowed: ['left out', 'empty', 'runtime/default', 'localhost/*'],
    },
  ],
  remedy:
    'Write `securityContext.appArmorProfile.type: RuntimeDefault`, or leave the profile and its annotation out.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
