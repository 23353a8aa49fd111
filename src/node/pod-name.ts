import type { Pod } from '../kube/pod.ts';

/** `NAME_NAMESPACE(UID)`, the kubelet's name for a pod in its messages. */
export function podName(pod: Pod): string {
  const { name = '', namespace = 'default', uid = '' } = pod.metadata;
  return `${name}_${namespace}(${uid})`;
}
