import type { Pod } from '../kube/pod.ts';
import type { Platform } from './platform.ts';

/**
 * What is asked for each container of a pod and is the same for all: the last answer is remembered, because a pod's
 * containers come one after another. Otherwise a pod of many containers would be gone through once for each of them.
 */
export function perPod<T>(answer: (pod: Pod, platform: Platform) => T): typeof answer {
  let last: { readonly pod: Pod; readonly platform: Platform; readonly value: T } | undefined;
  return (pod, platform) => {
    if (last?.pod !== pod || last.platform !== platform)
      last = { pod, platform, value: answer(pod, platform) };
    return last.value;
  };
}
