import type { Check, Review } from '../check.ts';
import { exceptOnWindows } from '../relaxation.ts';
import { ofContainers } from '../restricted-fields.ts';
import { offenders, securityFields } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';

/** No process may gain more privileges than its parent, as set-user-ID programs give them. */
const review: Review = (pod) => {
  const bad = offenders(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  const who = containersPhrase(bad);
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${who} must set securityContext.allowPrivilegeEscalation=false`,
    advice: `write securityContext.allowPrivilegeEscalation: false in ${who}`,
    fields: securityFields(false, bad, 'allowPrivilegeEscalation'),
  };
};

export const allowPrivilegeEscalation: Check = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  title: 'Privilege Escalation',
  description: 'Every container sets allowPrivilegeEscalation to false.',
  restricts: [{ fields: ofContainers('securityContext.allowPrivilegeEscalation'), allowed: ['false'] }],
  remedy: 'Write `securityContext.allowPrivilegeEscalation: false` in every container.',
  versions: [
    { minimumVersion: 'v1.8', review },
    {
      minimumVersion: 'v1.25',
      change: 'pods for Windows (spec.os.name) are exempt',
      review: exceptOnWindows(review),
    },
  ],
};
