import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** An AppArmor profile is asked for where there is none; a kubelet refuses such a pod on such a node. */
export function appArmorUnavailable(subject: FindingSubject): ContainerFound | undefined {
  const asked = subject.context.appArmorProfile;
  if (asked === undefined || asked.value.type === 'Unconfined') return undefined;
  return unavailable(subject, {
    code: 'apparmor-unavailable',
    module: 'AppArmor',
    isThere: subject.input.platform.appArmor,
    path: pathOf(asked.from, subject, 'appArmorProfile'),
  });
}

/** SELinux options are asked for where there is none; a kubelet ignores them. */
export function seLinuxUnavailable(subject: FindingSubject): ContainerFound | undefined {
  const asked = subject.context.seLinuxOptions;
  if (asked === undefined) return undefined;
  return unavailable(subject, {
    code: 'selinux-unavailable',
    module: 'SELinux',
    isThere: subject.input.platform.seLinux,
    path: pathOf(asked.from, subject, 'seLinuxOptions'),
  });
}

interface Module {
  readonly code: string;
  readonly module: string;
  readonly isThere: boolean;
  readonly path: NonNullable<ContainerFound['path']>;
}

function unavailable(
  { input }: FindingSubject,
  { code, module, isThere, path }: Module,
): ContainerFound | undefined {
  if (isThere) return undefined;
  return input.platform.assumed === true
    ? {
        severity: 'note',
        code,
        message: `whether ${module} confines the container depends on the node: podproof assumes none`,
        path,
      }
    : { severity: 'warning', code, message: `this machine has no ${module}: nothing of it is applied`, path };
}
