import type { Check, Review } from '../check.ts';
import { exceptInUserNamespace } from '../relaxation.ts';
import { ofContainers } from '../restricted-fields.ts';
import { isSet, offenders, securityFields } from '../reviewed-pod.ts';
import { containersPhrase, joinQuote, sortedSet } from '../wording.ts';

/**
 * The masks over parts of /proc stay, since they take away attack surface: forbids every value but `Default`, whatever
 * else the pod says. The restricted check uses it too.
 */
export const defaultProcMountOnly: Review = (pod) => {
  const bad = offenders(
    pod,
    ({ securityContext }) => isSet(securityContext?.procMount) && securityContext?.procMount !== 'Default',
  );
  if (bad.length === 0) return undefined;
  const who = containersPhrase(bad);
  const values = sortedSet(bad.map(({ container }) => container.securityContext?.procMount ?? ''));
  return {
    reason: 'procMount',
    detail: `${who} must not set securityContext.procMount to ${joinQuote(values)}`,
    advice: `write securityContext.procMount: Default in ${who}`,
    fields: securityFields(false, bad, 'procMount'),
  };
};

export const procMountBaseline: Check = {
  id: 'procMount',
  level: 'baseline',
  title: '/proc Mount Type',
  description: 'Containers keep the default masks over /proc, unless the pod has a user namespace.',
  restricts: [
    {
      fields: ofContainers('securityContext.procMount'),
      allowed: ['left out', 'Default', 'any value from v1.35 on with hostUsers: false'],
    },
  ],
  remedy: 'Remove `securityContext.procMount`; from v1.35 on, `hostUsers: false` in the pod will do.',
  versions: [
    { minimumVersion: 'v1.0', review: defaultProcMountOnly },
    {
      minimumVersion: 'v1.35',
      change: 'any value is allowed in a pod with hostUsers: false',
      review: exceptInUserNamespace(defaultProcMountOnly),
    },
  ],
};
