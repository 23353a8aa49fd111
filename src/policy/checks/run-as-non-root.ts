import type { Check, Review } from '../check.ts';
import { exceptInUserNamespace } from '../relaxation.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { offenders, podSecurityField, securityFields } from '../reviewed-pod.ts';
import { containersPhrase, settersPhrase } from '../wording.ts';

const REASON = 'runAsNonRoot != true';

/** Nobody says `runAsNonRoot: false`. */
const noneDeclines: Review = (pod) => {
  const byPod = pod.securityContext?.runAsNonRoot === false;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false);
  if (!byPod && bad.length === 0) return undefined;
  const who = settersPhrase(byPod, bad);
  return {
    reason: REASON,
    detail: `${who} must not set securityContext.runAsNonRoot=false`,
    advice: `write securityContext.runAsNonRoot: true in ${who}`,
    fields: securityFields(byPod, bad, 'runAsNonRoot'),
  };
};

/** Every container has `true`, of its own or from the pod. */
const allPromise: Review = (pod) => {
  if (pod.securityContext?.runAsNonRoot === true) return undefined;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.runAsNonRoot !== true);
  if (bad.length === 0) return undefined;
  return {
    reason: REASON,
    detail: `pod or ${containersPhrase(bad)} must set securityContext.runAsNonRoot=true`,
    advice: 'write securityContext.runAsNonRoot: true in pod',
    fields: [podSecurityField('runAsNonRoot')],
  };
};

/** Containers run as another user than root. Explicit refusals are reported first, alone, as upstream does. */
const review: Review = (pod) => noneDeclines(pod) ?? allPromise(pod);

export const runAsNonRoot: Check = {
  id: 'runAsNonRoot',
  level: 'restricted',
  title: 'Running as Non-root',
  description: 'Pod or containers set runAsNonRoot to true, unless the pod has a user namespace.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.runAsNonRoot'),
      allowed: [
        'true',
        'left out at the container when the pod has true',
        'any value from v1.35 on with hostUsers: false',
      ],
    },
  ],
  remedy:
    'Write `securityContext.runAsNonRoot: true` in the pod, and run as another user than root; for an image that needs root, from v1.35 on, `hostUsers: false` in the pod.',
  versions: [
    { minimumVersion: 'v1.0', review },
    {
      minimumVersion: 'v1.35',
      change: 'any value is allowed in a pod with hostUsers: false',
      review: exceptInUserNamespace(review),
    },
  ],
};
