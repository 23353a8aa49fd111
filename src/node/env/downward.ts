import type { ResourceFieldSelector } from '../../kube/meta.ts';
import type { Container, Pod } from '../../kube/pod.ts';
import { bytesOf, compareQuantities, millicoresOf, parseQuantity } from '../../kube/quantity.ts';

/** What the downward API can tell beside the pod's own text. */
export interface DownwardFacts {
  readonly pod: Pod;
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  /** What a container without a limit is told: the node's allocatable resources. */
  readonly allocatable: { readonly cpuMillicores: number; readonly memoryBytes: number };
}

/** The text of a `fieldRef`, or undefined for a field that the downward API does not have. */
export function downwardField(facts: DownwardFacts, fieldPath: string): string | undefined {
  const { metadata, spec } = facts.pod;
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(fieldPath);
  if (keyed !== null) {
    const map = keyed[1] === 'labels' ? metadata.labels : metadata.annotations;
    return map?.[keyed[2] ?? ''] ?? '';
  }
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? 'default';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? facts.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? spec.serviceAccount ?? 'default';
    case 'status.hostIP':
      return facts.hostIPs[0] ?? '';
    case 'status.hostIPs':
      return facts.hostIPs.join(',');
    case 'status.podIP':
      return facts.podIPs[0] ?? '';
    case 'status.podIPs':
      return facts.podIPs.join(',');
    default:
      return undefined;
  }
}

/** `key="value"` lines by key, values quoted as Go quotes them, without a last newline. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** The number that a `resourceFieldRef` stands for, rounded up to its divisor, or undefined when it names nothing. */
export function downwardResource(
  facts: DownwardFacts,
  own: Container | undefined,
  selector: ResourceFieldSelector,
): string | undefined {
  const container =
    selector.containerName === undefined ? own : findContainer(facts.pod, selector.containerName);
  const [kind, ...rest] = selector.resource.split('.');
  const resource = rest.join('.');
  if (container === undefined || (kind !== 'limits' && kind !== 'requests')) return undefined;
  const { limits, requests } = container.resources ?? {};
  const quantity = kind === 'limits' ? limits?.[resource] : (requests?.[resource] ?? limits?.[resource]);
  const divisor = divisorOf(selector);
  if (resource === 'cpu') {
    const fallback = kind === 'limits' ? facts.allocatable.cpuMillicores : 0;
    return String(Math.ceil((millicoresOf(quantity) ?? fallback) / (millicoresOf(divisor) ?? 1000)));
  }
  const fallback = kind === 'limits' && resource === 'memory' ? facts.allocatable.memoryBytes : 0;
  if (resource !== 'memory' && resource !== 'ephemeral-storage' && !resource.startsWith('hugepages-'))
    return undefined;
  return String(Math.ceil((bytesOf(quantity) ?? fallback) / (bytesOf(divisor) ?? 1)));
}

function divisorOf(selector: ResourceFieldSelector): string | number {
  const parsed = parseQuantity(selector.divisor ?? '1');
  const zero = parseQuantity('0');
  // Kubernetes' decoder writes an absent divisor as 0.
  const isZero = parsed.ok && zero.ok && compareQuantities(parsed.value, zero.value) === 0;
  return isZero ? '1' : (selector.divisor ?? '1');
}

function findContainer(pod: Pod, name: string): Container | undefined {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
    (candidate) => candidate.name === name,
  );
}
