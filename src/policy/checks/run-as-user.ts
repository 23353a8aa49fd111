import type { Check, Review } from '../check.ts';
import { exceptInUserNamespace } from '../relaxation.ts';
import { podSecurityField, securityField } from '../reviewed-pod.ts';
import { settersPhrase } from '../wording.ts';

/**
 * Nobody asks for uid 0.
 *
 * Fields: `securityContext.runAsUser` of the pod and of every container. Allowed: left out or any uid but 0. From v1.23;
 * from v1.35 anything in a pod with `hostUsers: false`.
 */
const review: Review = (pod) => {
  const byPod = pod.spec.securityContext?.runAsUser === 0;
  const bad = pod.containers.filter(({ securityContext }) => securityContext?.runAsUser === 0);
  if (!byPod && bad.length === 0) return undefined;
  return {
    reason: 'runAsUser=0',
    detail: `${settersPhrase(byPod, bad)} must not set runAsUser=0`,
    fields: [
      ...(byPod ? [podSecurityField('runAsUser')] : []),
      ...bad.map((container) => securityField(container, 'runAsUser')),
    ],
  };
};

export const runAsUser: Check = {
  id: 'runAsUser',
  level: 'restricted',
  description: 'Neither pod nor containers set runAsUser to 0, unless the pod has a user namespace.',
  versions: [
    { minimumVersion: 'v1.23', review },
    { minimumVersion: 'v1.35', review: exceptInUserNamespace(review) },
  ],
};
