import { resolveCapabilities } from '../capabilities.ts';
import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** Added capabilities of a user other than root stay in the bounding set: exec gives the process none of them. */
export function capabilitiesWithoutRoot(subject: FindingSubject): ContainerFound | undefined {
  const { context, confinement } = subject;
  const asked = context.capabilities;
  const { uid } = confinement.user.value;
  if (asked?.value.add === undefined || uid === 0 || context.privileged.value) return undefined;
  const { profile } = confinement;
  const added = resolveCapabilities(
    { add: asked.value.add, drop: ['ALL', ...(asked.value.drop ?? [])] },
    profile,
  );
  const names = asked.value.add.some((name) => name.toUpperCase() === 'ALL') ? ['ALL'] : added.bounding;
  if (names.length === 0) return undefined;
  const path = [...pathOf(asked.from, subject, 'capabilities'), 'add'];
  const who = uid === null ? 'a user other than root' : `user ${uid}`;
  const opened = confinement.sysctls.some(({ name }) => name === 'net.ipv4.ip_unprivileged_port_start');
  if (opened && names.length === 1 && names[0] === 'NET_BIND_SERVICE')
    return {
      severity: 'note',
      code: 'capabilities-without-root',
      message: `NET_BIND_SERVICE does not reach the process of ${who}, and is not needed: ${profile} lets anybody bind low ports`,
      path,
    };
  const rest = confinement.noNewPrivileges.value
    ? 'with allowPrivilegeEscalation: false nothing in the container gains from it'
    : 'only a program with file capabilities (setcap) gains from it';
  return {
    severity: 'warning',
    code: 'capabilities-without-root',
    message: `adding ${names.join(', ')} changes only the bounding set, because the process runs as ${who}: ${rest}`,
    path,
    advice:
      'remove them, or set them on the program in the image (setcap), or run as root in a user namespace (hostUsers: false)',
  };
}
