import type { Pod } from '../../kube/pod.ts';
import { fullyQualifiedNameOf, hostnameOf } from '../hostname.ts';
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
    advice: adviceFor(input.pod, name.length - maxLength),
    path: ['spec', 'setHostnameAsFQDN'],
  };
}

function adviceFor(pod: Pod, excess: number): string {
  const length = hostnameOf(pod).length - excess;
  const shorter =
    length > 0 ? `write a hostname of at most ${length} characters` : 'write a shorter subdomain';
  return `${shorter}, or remove setHostnameAsFQDN`;
}
