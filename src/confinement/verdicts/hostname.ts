import { fullyQualifiedNameOf } from '../hostname.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';

const maxLength = 64;

/** Linux keeps 64 characters of a host name; a longer one is not cut but refused. With the host's name nothing is set. */
export function hostnameVerdict({ input }: VerdictSubject): StartRefused | undefined {
  const { setHostnameAsFQDN, hostNetwork } = input.pod.spec;
  if (setHostnameAsFQDN !== true || hostNetwork === true) return undefined;
  const name = fullyQualifiedNameOf(input.pod);
  if (name === undefined || name.length <= maxLength) return undefined;
  return {
    ok: false,
    reason: 'FailedCreatePodSandBox',
    message:
      'Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, ' +
      `FQDN ${name} is too long (${maxLength} characters is the max, ${name.length} characters requested)`,
    path: ['spec', 'setHostnameAsFQDN'],
  };
}
