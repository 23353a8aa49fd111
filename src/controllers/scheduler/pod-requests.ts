import type { ClusterNode } from '../../kube/cluster-node.ts';
import { requestOfContainers } from '../../kube/default-pod-resources.ts';
import type { Quantity } from '../../kube/meta.ts';
import type { Container, Pod, PodSpec } from '../../kube/pod.ts';
import { bytesOf, millicoresOf } from '../../kube/quantity.ts';

/** What of the node is too little for the pod beside those that are there, in upstream's words and order. */
export function missingResources(pod: Pod, others: readonly Pod[], node: ClusterNode): readonly string[] {
  const allocatable = node.status?.allocatable ?? {};
  const maxPods = amountOf('pods', allocatable['pods']);
  const crowded = maxPods !== undefined && others.length + 1 > maxPods ? ['Too many pods'] : [];
  const insufficient = requestedNames(pod.spec).filter((name) => {
    const wanted = requestOf(pod.spec, name);
    if (wanted === 0) return false;
    const used = others.reduce((sum, it) => sum + requestOf(it.spec, name), 0);
    return wanted + used > (amountOf(name, allocatable[name]) ?? 0);
  });
  return [...crowded, ...insufficient.map((it) => `Insufficient ${it}`)];
}

function requestedNames({
  containers,
  initContainers = [],
  resources,
  overhead,
}: PodSpec): readonly string[] {
  const lists = [...containers, ...initContainers].map((it) => it.resources?.requests);
  const names = [...lists, resources?.requests, overhead].flatMap((it) => Object.keys(it ?? {}));
  return [...new Set(names)].sort();
}

/** The pod's own request where it has one, else its containers' together; with its overhead. */
function requestOf(spec: PodSpec, name: string): number {
  const ofContainer = ({ resources }: Container): number | undefined =>
    amountOf(name, resources?.requests?.[name]);
  const own = amountOf(name, spec.resources?.requests?.[name]);
  const overhead = amountOf(name, spec.overhead?.[name]) ?? 0;
  return (own ?? requestOfContainers(spec, ofContainer) ?? 0) + overhead;
}

function amountOf(name: string, quantity: Quantity | undefined): number | undefined {
  return name === 'cpu' ? millicoresOf(quantity) : bytesOf(quantity);
}
