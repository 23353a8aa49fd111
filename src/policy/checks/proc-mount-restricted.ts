import type { Check } from '../check.ts';
import { ofContainers } from '../restricted-fields.ts';
import { defaultProcMountOnly, procMountBaseline } from './proc-mount-baseline.ts';

/**
 * At the restricted level the masks over /proc stay even in a user namespace. Before v1.35 the baseline check asked for
 * the same, so this one starts where that one became milder.
 */
export const procMountRestricted: Check = {
  id: 'procMount_restricted',
  level: 'restricted',
  title: '/proc Mount Type',
  description: 'Containers keep the default masks over /proc.',
  restricts: [{ fields: ofContainers('securityContext.procMount'), allowed: ['left out', 'Default'] }],
  remedy: 'Remove `securityContext.procMount`.',
  versions: [{ minimumVersion: 'v1.35', review: defaultProcMountOnly, overrides: [procMountBaseline.id] }],
};
