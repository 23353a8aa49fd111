import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** Privileged runs without a seccomp profile, also where one is asked for. */
export function seccompIgnored(subject: FindingSubject): ContainerFound | undefined {
  const { privileged, seccompProfile } = subject.context;
  if (!privileged.value || seccompProfile === undefined || seccompProfile.value.type === 'Unconfined')
    return undefined;
  return {
    severity: 'warning',
    code: 'seccomp-ignored',
    message: `seccompProfile ${seccompProfile.value.type} is not applied, because the container is privileged`,
    path: pathOf(seccompProfile.from, subject, 'seccompProfile'),
    advice: 'remove privileged and add the capabilities that are needed',
  };
}

/** Privileged has every capability, whatever is added or dropped. */
export function capabilitiesIgnored(subject: FindingSubject): ContainerFound | undefined {
  const { privileged, capabilities } = subject.context;
  const isAsked = (capabilities?.value.add ?? capabilities?.value.drop)?.length;
  if (!privileged.value || isAsked === undefined || isAsked === 0) return undefined;
  return {
    severity: 'warning',
    code: 'capabilities-ignored',
    message:
      'capabilities.add and .drop have no effect, because the container is privileged and has all of them',
    path: pathOf(capabilities?.from, subject, 'capabilities'),
    advice: 'remove privileged and add the capabilities that are needed',
  };
}

/** A read-only root keeps nothing from a privileged process that can write to the kernel itself. */
export function privilegedReadOnlyRoot(subject: FindingSubject): ContainerFound | undefined {
  const { privileged, readOnlyRootFilesystem } = subject.context;
  if (!privileged.value || !readOnlyRootFilesystem.value) return undefined;
  return {
    severity: 'warning',
    code: 'privileged-read-only-root',
    message:
      'a read-only root undone by privileged: /proc/sys, /sys, the cgroups and the devices of the host are writable, and the process may mount the root again to write',
    path: pathOf(readOnlyRootFilesystem.from, subject, 'readOnlyRootFilesystem'),
    advice: 'remove privileged and add the capabilities that are needed',
  };
}
