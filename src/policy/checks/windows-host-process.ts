import type { Check, Review } from '../check.ts';
import { ofPodAndContainers } from '../restricted-fields.ts';
import { offenders, securityFields } from '../reviewed-pod.ts';
import { settersPhrase } from '../wording.ts';

/** HostProcess pods, which give a Windows container the host, are out. */
const review: Review = (pod) => {
  const byPod = pod.securityContext?.windowsOptions?.hostProcess === true;
  const bad = offenders(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true);
  if (!byPod && bad.length === 0) return undefined;
  const who = settersPhrase(byPod, bad);
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
    advice: `write securityContext.windowsOptions.hostProcess: false in ${who}`,
    fields: securityFields(byPod, bad, 'windowsOptions', 'hostProcess'),
  };
};

export const windowsHostProcess: Check = {
  id: 'windowsHostProcess',
  level: 'baseline',
  title: 'HostProcess',
  description: 'Neither pod nor containers are HostProcess ones.',
  restricts: [
    {
      fields: ofPodAndContainers('securityContext.windowsOptions.hostProcess'),
      allowed: ['left out', 'false'],
    },
  ],
  remedy: 'Remove `securityContext.windowsOptions.hostProcess`.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
