import type { Check, Review } from '../check.ts';
import { exceptInUserNamespace } from '../relaxation.ts';
import { isSet, securityField } from '../reviewed-pod.ts';
import { containersPhrase, joinQuote, sortedSet } from '../wording.ts';

/** Forbids every value but `Default`, whatever else the pod says. The restricted check uses it too. */
export const defaultProcMountOnly: Review = (pod) => {
  const bad = pod.containers.filter(
    ({ securityContext }) => isSet(securityContext?.procMount) && securityContext?.procMount !== 'Default',
  );
  if (bad.length === 0) return undefined;
  const values = joinQuote(sortedSet(bad.map(({ securityContext }) => securityContext?.procMount ?? '')));
  return {
    reason: 'procMount',
    detail: `${containersPhrase(bad)} must not set securityContext.procMount to ${values}`,
    fields: bad.map((container) => securityField(container, 'procMount')),
  };
};

/**
 * The masks over parts of /proc stay, since they take away attack surface.
 *
 * Field: `securityContext.procMount` of every container. Allowed: left out or `Default`; from v1.35 any value in a pod
 * with `hostUsers: false`.
 */
export const procMountBaseline: Check = {
  id: 'procMount',
  level: 'baseline',
  description: 'Containers keep the default masks over /proc, unless the pod has a user namespace.',
  versions: [
    { minimumVersion: 'v1.0', review: defaultProcMountOnly },
    { minimumVersion: 'v1.35', review: exceptInUserNamespace(defaultProcMountOnly) },
  ],
};
