import type { Check, Review } from '../check.ts';
import { exceptOnWindows } from '../relaxation.ts';
import { securityField } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';

/**
 * No process may gain more privileges than its parent, as set-user-ID programs give them.
 *
 * Field: `securityContext.allowPrivilegeEscalation` of every container. Allowed: `false`; leaving it out is not enough.
 * The field came with v1.8; pods for Windows are exempt from v1.25.
 */
const review: Review = (pod) => {
  const bad = pod.containers.filter(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersPhrase(bad)} must set securityContext.allowPrivilegeEscalation=false`,
    fields: bad.map((container) => securityField(container, 'allowPrivilegeEscalation')),
  };
};

export const allowPrivilegeEscalation: Check = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  description: 'Every container sets allowPrivilegeEscalation to false.',
  versions: [
    { minimumVersion: 'v1.8', review },
    { minimumVersion: 'v1.25', review: exceptOnWindows(review) },
  ],
};
