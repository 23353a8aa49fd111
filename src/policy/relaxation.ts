import type { Review } from './check.ts';

/** The fields in question do not exist on Windows, so a pod that says it is for Windows need not set them. */
export function exceptOnWindows(review: Review): Review {
  return (pod) => (pod.spec.os?.name === 'windows' ? undefined : review(pod));
}

/** With `hostUsers: false`, root inside the pod is nobody in particular outside (KEP-127). */
export function exceptInUserNamespace(review: Review): Review {
  return (pod) => (pod.spec.hostUsers === false ? undefined : review(pod));
}
