import type { Check, Review } from '../check.ts';
import { ofContainers } from '../restricted-fields.ts';
import { offenders, securityFields } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';

/** Privileged containers have next to no confinement left. */
const review: Review = (pod) => {
  const bad = offenders(pod, ({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  const who = containersPhrase(bad);
  return {
    reason: 'privileged',
    detail: `${who} must not set securityContext.privileged=true`,
    advice: `write securityContext.privileged: false in ${who}`,
    fields: securityFields(false, bad, 'privileged'),
  };
};

export const privileged: Check = {
  id: 'privileged',
  level: 'baseline',
  title: 'Privileged Containers',
  description: 'No container is privileged.',
  restricts: [{ fields: ofContainers('securityContext.privileged'), allowed: ['left out', 'false'] }],
  remedy: 'Remove `securityContext.privileged`; add the capabilities that the program needs by name.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
