import type { ClusterNode } from '../../kube/cluster-node.ts';
import { selectorMatches } from '../../kube/label-selector.ts';
import type { Pod } from '../../kube/pod.ts';
import { withLabelKeys } from './label-keys.ts';

const refused = "node(s) didn't match pod topology spread constraints";

/**
 * Why the pod's spread over the cluster keeps it from its one node; undefined when it does not. One domain is always
 * even; only a missing label, or further domains that are asked for (`minDomains`), are in the way.
 */
export function topologySpreadRefusal(
  pod: Pod,
  node: ClusterNode,
  others: () => readonly Pod[],
): string | undefined {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter(
    (it) => it.whenUnsatisfiable === 'DoNotSchedule',
  );
  if (hard.some((it) => node.metadata.labels?.[it.topologyKey] === undefined))
    return `${refused} (missing required label)`;
  const isUneven = hard.some(({ minDomains = 1, maxSkew, labelSelector, matchLabelKeys }) => {
    const selector = withLabelKeys(labelSelector, matchLabelKeys, pod, 'In');
    if (minDomains <= 1 || selector === undefined) return false;
    const matches = ({ metadata }: Pod): boolean => selectorMatches(selector, metadata.labels ?? {});
    const near = others().filter((it) => it.metadata.namespace === pod.metadata.namespace && matches(it));
    return near.length + (matches(pod) ? 1 : 0) > maxSkew;
  });
  return isUneven ? refused : undefined;
}
