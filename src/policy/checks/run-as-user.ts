import type { Check, Review } from '../check.ts';
import { exceptInUserNamespace } from '../relaxation.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { offenders, securityFields } from '../reviewed-pod.ts';
import { settersPhrase } from '../wording.ts';

/** Nobody asks for uid 0. */
const review: Review = (pod) => {
  const byPod = pod.securityContext?.runAsUser === 0;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.runAsUser === 0);
  if (!byPod && bad.length === 0) return undefined;
  const who = settersPhrase(byPod, bad);
  return {
    reason: 'runAsUser=0',
    detail: `${who} must not set runAsUser=0`,
    advice: `remove securityContext.runAsUser: 0 in ${who}, or write another uid`,
    fields: securityFields(byPod, bad, 'runAsUser'),
  };
};

export const runAsUser: Check = {
  id: 'runAsUser',
  level: 'restricted',
  title: 'Running as Non-root user',
  description: 'Neither pod nor containers set runAsUser to 0, unless the pod has a user namespace.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.runAsUser'),
      allowed: ['left out', 'any uid but 0', 'any uid from v1.35 on with hostUsers: false'],
    },
  ],
  remedy:
    'Remove `securityContext.runAsUser: 0`, or write another uid; for an image that needs root, from v1.35 on, `hostUsers: false` in the pod.',
  versions: [
    { minimumVersion: 'v1.23', review },
    {
      minimumVersion: 'v1.35',
      change: 'any uid is allowed in a pod with hostUsers: false',
      review: exceptInUserNamespace(review),
    },
  ],
};
