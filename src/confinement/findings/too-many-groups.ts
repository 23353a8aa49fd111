import type { ContainerFound, FindingSubject } from './subject.ts';

/** NGROUPS_MAX of Linux: setgroups(2) takes no more. */
const maxGroups = 65536;

/** The API takes any number of groups, the kernel does not: the runtime then only says "invalid argument". */
export function tooManyGroups({ confinement }: FindingSubject): ContainerFound | undefined {
  const count = confinement.user.value.groups.length;
  if (count <= maxGroups) return undefined;
  return {
    severity: 'warning',
    code: 'too-many-groups',
    message: `will not start: it has ${count} supplementary groups, and the kernel takes at most ${maxGroups}`,
    path: ['spec', 'securityContext', 'supplementalGroups'],
    advice: 'list fewer groups in supplementalGroups',
  };
}
