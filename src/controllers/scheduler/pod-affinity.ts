import type { ClusterNode } from '../../kube/cluster-node.ts';
import { selectorMatches } from '../../kube/label-selector.ts';
import type { LabelSelector } from '../../kube/meta.ts';
import type { ObjectReader } from '../../kube/object-api.ts';
import type { Pod } from '../../kube/pod.ts';
import type { PodAffinityTerm } from '../../kube/scheduling.ts';
import { withLabelKeys } from './label-keys.ts';

interface Surroundings {
  readonly api: ObjectReader;
  readonly node: ClusterNode;
  /** The pods of the node. */
  readonly others: readonly Pod[];
}

/** Why the pods of the node keep this one away, in upstream's words; undefined when they do not. */
export function podAffinityRefusal(pod: Pod, surroundings: Surroundings): string | undefined {
  const { others } = surroundings;
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const meets = (term: PodAffinityTerm, owner: Pod, other: Pod): boolean =>
    isSelected(surroundings, term, owner, other);
  const wanted = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const isAlone = wanted.every((term) => !others.some((other) => meets(term, pod, other)));
  // The first pod of a group that wants to be together is let in.
  const isFirst = isAlone && wanted.every((term) => meets(term, pod, pod));
  if (!isFirst && !wanted.every((term) => others.some((other) => meets(term, pod, other))))
    return "node(s) didn't match pod affinity rules";
  const unwanted = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (unwanted.some((term) => others.some((other) => meets(term, pod, other))))
    return "node(s) didn't match pod anti-affinity rules";
  const isUnwanted = others.some((other) =>
    (other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
      (term) => meets(term, other, pod),
    ),
  );
  return isUnwanted ? "node(s) didn't satisfy existing pods anti-affinity rules" : undefined;
}

/** Without any list of namespaces a term means its own pod's. */
function isSelected({ api, node }: Surroundings, term: PodAffinityTerm, owner: Pod, other: Pod): boolean {
  if (node.metadata.labels?.[term.topologyKey] === undefined) return false;
  const namespace = other.metadata.namespace ?? '';
  const { namespaces = [], namespaceSelector } = term;
  const labelSelector = selectorOfTerm(term, owner);
  const labels = (): Readonly<Record<string, string>> =>
    api.get('Namespace', '', namespace)?.metadata.labels ?? {};
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined;
  const isNamespace =
    (isOwn && namespace === owner.metadata.namespace) ||
    namespaces.includes(namespace) ||
    (namespaceSelector !== undefined && selectorMatches(namespaceSelector, labels()));
  return (
    isNamespace && labelSelector !== undefined && selectorMatches(labelSelector, other.metadata.labels ?? {})
  );
}

/** `mismatchLabelKeys`: pods that differ from the term's own pod there. */
function selectorOfTerm(
  { labelSelector, matchLabelKeys, mismatchLabelKeys }: PodAffinityTerm,
  owner: Pod,
): LabelSelector | undefined {
  const same = withLabelKeys(labelSelector, matchLabelKeys, owner, 'In');
  return withLabelKeys(same, mismatchLabelKeys, owner, 'NotIn');
}
