import type { Check, Review } from '../check.ts';
import { securityField } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';

/**
 * Privileged containers have next to no confinement left.
 *
 * Field: `securityContext.privileged` of every container. Allowed: left out or `false`.
 */
const review: Review = (pod) => {
  const bad = pod.containers.filter(({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${containersPhrase(bad)} must not set securityContext.privileged=true`,
    fields: bad.map((container) => securityField(container, 'privileged')),
  };
};

export const privileged: Check = {
  id: 'privileged',
  level: 'baseline',
  description: 'No container is privileged.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
