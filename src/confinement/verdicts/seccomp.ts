import { pathOf } from '../findings/subject.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';

export function seccompVerdict({ input, context }: VerdictSubject): StartRefused | undefined {
  const asked = context.seccompProfile;
  if (asked?.value.type !== 'Localhost') return undefined;
  if (asked.value.localhostProfile !== undefined && asked.value.localhostProfile !== '') return undefined;
  return {
    ok: false,
    reason: 'CreateContainerConfigError',
    message: 'localhostProfile must be set if seccompProfile type is Localhost.',
    advice: 'write localhostProfile: a file below seccomp/ of the kubelet (/var/lib/kubelet/seccomp)',
    path: [...pathOf(asked.from, { input }, 'seccompProfile'), 'localhostProfile'],
  };
}
