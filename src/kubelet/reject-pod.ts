import type { ClusterNode } from '../kube/cluster-node.ts';
import type { Pod } from '../kube/pod.ts';

/** Why the kubelet does not take a pod at all, in its words. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** What a scheduler would have seen to, for pods that name their node themselves (`lifecycle/predicate.go`). */
export function rejectPod({ spec }: Pod, node: ClusterNode | undefined): Rejection | undefined {
  if (spec.os !== undefined && spec.os.name !== 'linux')
    return {
      reason: 'PodOSNotSupported',
      message: "Failed to admit pod as the OS field doesn't match node OS",
    };
  const labels = node?.metadata.labels;
  const wanted = Object.entries(spec.nodeSelector ?? {});
  if (labels === undefined || wanted.every(([key, value]) => labels[key] === value)) return undefined;
  return {
    reason: 'NodeAffinity',
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  };
}
