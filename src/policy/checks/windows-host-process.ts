import type { Check, Review } from '../check.ts';
import { podSecurityField, securityField } from '../reviewed-pod.ts';
import { settersPhrase } from '../wording.ts';

/**
 * HostProcess pods, which give a Windows container the host, are out.
 *
 * Fields: `securityContext.windowsOptions.hostProcess` of the pod and of every container. Allowed: left out or `false`.
 */
const review: Review = (pod) => {
  const byPod = pod.spec.securityContext?.windowsOptions?.hostProcess === true;
  const bad = pod.containers.filter(
    ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true,
  );
  if (!byPod && bad.length === 0) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${settersPhrase(byPod, bad)} must not set securityContext.windowsOptions.hostProcess=true`,
    fields: [
      ...(byPod ? [podSecurityField('windowsOptions', 'hostProcess')] : []),
      ...bad.map((container) => securityField(container, 'windowsOptions', 'hostProcess')),
    ],
  };
};

export const windowsHostProcess: Check = {
  id: 'windowsHostProcess',
  level: 'baseline',
  description: 'Neither pod nor containers are HostProcess ones.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
