import type { PodSpec } from '../kube/pod.ts';
import type { Review } from './check.ts';

/** The fields in question do not exist on Windows, so a pod that says it is for Windows need not set them. */
export function exceptOnWindows(review: Review): Review {
  return (pod) => (pod.spec.os?.name === 'windows' ? undefined : review(pod));
}

/**
 * With `hostUsers: false`, root inside the pod is nobody in particular outside (KEP-127). The advice tells that way out,
 * to pods that may take it.
 */
export function exceptInUserNamespace(review: Review): Review {
  return (pod) => {
    if (pod.spec.hostUsers === false) return undefined;
    const violation = review(pod);
    if (violation === undefined || hasHostNamespace(pod.spec)) return violation;
    return { ...violation, advice: `${violation.advice}; or write hostUsers: false in pod` };
  };
}

/** The API server refuses a user namespace to a pod that shares another namespace with the host. */
function hasHostNamespace({ hostNetwork, hostPID, hostIPC }: PodSpec): boolean {
  return hostNetwork === true || hostPID === true || hostIPC === true;
}
