import type { Check } from '../check.ts';
import { defaultProcMountOnly, procMountBaseline } from './proc-mount-baseline.ts';

/**
 * At the restricted level the masks over /proc stay even in a user namespace.
 *
 * Field: `securityContext.procMount` of every container. Allowed: left out or `Default`. Before v1.35 the baseline check
 * asked for the same, so this one starts where that one became milder.
 */
export const procMountRestricted: Check = {
  id: 'procMount_restricted',
  level: 'restricted',
  description: 'Containers keep the default masks over /proc.',
  versions: [{ minimumVersion: 'v1.35', review: defaultProcMountOnly, overrides: [procMountBaseline.id] }],
};
