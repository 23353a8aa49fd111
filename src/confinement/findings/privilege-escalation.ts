import type { ContainerFound, FindingSubject } from './subject.ts';

/** Unset means allowed: a setuid program makes root of any user, if only with the capabilities of the bounding set. */
export function privilegeEscalation({
  input,
  context,
  confinement,
}: FindingSubject): ContainerFound | undefined {
  const { uid } = confinement.user.value;
  if (context.allowPrivilegeEscalation !== undefined || uid === 0 || context.privileged.value)
    return undefined;
  return {
    severity: 'note',
    code: 'privilege-escalation-possible',
    message:
      'a setuid program in the image can become root: allowPrivilegeEscalation is not set, and that allows it',
    path: [...input.container.path, 'securityContext', 'allowPrivilegeEscalation'],
    advice: 'write allowPrivilegeEscalation: false',
  };
}
