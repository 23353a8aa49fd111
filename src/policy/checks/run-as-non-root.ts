import type { Check, Review } from '../check.ts';
import { exceptInUserNamespace } from '../relaxation.ts';
import { podSecurityField, securityField } from '../reviewed-pod.ts';
import { containersPhrase, settersPhrase } from '../wording.ts';

const REASON = 'runAsNonRoot != true';

/** Nobody says `runAsNonRoot: false`. */
const noneDeclines: Review = (pod) => {
  const byPod = pod.spec.securityContext?.runAsNonRoot === false;
  const bad = pod.containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  if (!byPod && bad.length === 0) return undefined;
  return {
    reason: REASON,
    detail: `${settersPhrase(byPod, bad)} must not set securityContext.runAsNonRoot=false`,
    fields: [
      ...(byPod ? [podSecurityField('runAsNonRoot')] : []),
      ...bad.map((container) => securityField(container, 'runAsNonRoot')),
    ],
  };
};

/** Every container has `true`, of its own or from the pod. */
const allPromise: Review = (pod) => {
  if (pod.spec.securityContext?.runAsNonRoot === true) return undefined;
  const bad = pod.containers.filter(({ securityContext }) => securityContext?.runAsNonRoot !== true);
  if (bad.length === 0) return undefined;
  return {
    reason: REASON,
    detail: `pod or ${containersPhrase(bad)} must set securityContext.runAsNonRoot=true`,
    fields: [podSecurityField('runAsNonRoot')],
  };
};

/** The explicit refusals are reported first, alone, as upstream does. */
const review: Review = (pod) => noneDeclines(pod) ?? allPromise(pod);

/**
 * Containers run as another user than root.
 *
 * Fields: `securityContext.runAsNonRoot` of the pod and of every container. Allowed: `true` at the container, or left out
 * there and `true` at the pod; from v1.35 anything in a pod with `hostUsers: false`.
 */
export const runAsNonRoot: Check = {
  id: 'runAsNonRoot',
  level: 'restricted',
  description: 'Pod or containers set runAsNonRoot to true, unless the pod has a user namespace.',
  versions: [
    { minimumVersion: 'v1.0', review },
    { minimumVersion: 'v1.35', review: exceptInUserNamespace(review) },
  ],
};
