import type { Check, Review } from '../check.ts';
import { exceptOnWindows } from '../relaxation.ts';
import { securityField } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';
import { capabilitiesBaseline, forbiddenAdditions } from './capabilities-baseline.ts';

/**
 * Every container drops ALL capabilities and gets back NET_BIND_SERVICE at most.
 *
 * Fields: `securityContext.capabilities.drop` has `ALL` (in capitals); `capabilities.add` is empty or has only
 * `NET_BIND_SERVICE`. From v1.22; pods for Windows are exempt from v1.25.
 */
const review: Review = (pod) => {
  const missing = pod.containers.filter(
    ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') !== true,
  );
  const additions = forbiddenAdditions(pod.containers, (capability) => capability === 'NET_BIND_SERVICE');
  if (missing.length === 0 && additions === undefined) return undefined;

  const details: string[] = [];
  if (missing.length > 0) {
    details.push(`${containersPhrase(missing)} must set securityContext.capabilities.drop=["ALL"]`);
  }
  if (additions !== undefined) details.push(additions.detail);
  return {
    reason: 'unrestricted capabilities',
    detail: details.join('; '),
    fields: [
      ...missing.map((container) => securityField(container, 'capabilities', 'drop')),
      ...(additions?.fields ?? []),
    ],
  };
};

const overrides = [capabilitiesBaseline.id];

export const capabilitiesRestricted: Check = {
  id: 'capabilities_restricted',
  level: 'restricted',
  description: 'Every container drops ALL capabilities and adds none but NET_BIND_SERVICE.',
  versions: [
    { minimumVersion: 'v1.22', review, overrides },
    { minimumVersion: 'v1.25', review: exceptOnWindows(review), overrides },
  ],
};
