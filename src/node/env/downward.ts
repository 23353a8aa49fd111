import type { ResourceFieldSelector } from '../../kube/meta.ts';
import type { Container, Pod } from '../../kube/pod.ts';
import { bytesOf, compareQuantities, millicoresOf, parseQuantity } from '../../kube/quantity.ts';

/** What the node has for pods. */
export interface Allocatable {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
}

/** What the downward API can tell beside the pod's own text. */
export interface DownwardFacts {
  readonly pod: Pod;
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  /** What a container without a limit is told: the node's allocatable resources. */
  readonly allocatable: Allocatable;
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

/** The number that a `resourceFieldRef` stands for, or the kubelet's text when it names nothing. */
export type DownwardResource =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string };

/** Who asks: the container whose environment it is for, or a volume, which names the container. */
type Reader = Container | 'volume';

/** Rounded up to its divisor (`api/v1/resource/helpers.go`, `kubelet_resources.go`). */
export function downwardResource(
  facts: DownwardFacts,
  reader: Reader,
  selector: ResourceFieldSelector,
): DownwardResource {
  const { containerName = '' } = selector;
  const container =
    containerName === '' && reader !== 'volume' ? reader : findContainer(facts.pod, containerName);
  if (container === undefined) return { ok: false, message: `container ${containerName} not found` };
  const [kind, ...rest] = selector.resource.split('.');
  const resource = rest.join('.');
  const isKnown =
    ['cpu', 'memory', 'ephemeral-storage'].includes(resource) || resource.startsWith('hugepages-');
  if ((kind !== 'limits' && kind !== 'requests') || !isKnown)
    return { ok: false, message: `unsupported container resource : ${selector.resource}` };
  const { limits, requests } = container.resources ?? {};
  const amount = resource === 'cpu' ? millicoresOf : bytesOf;
  const written = amount(
    kind === 'limits' ? limits?.[resource] : (requests?.[resource] ?? limits?.[resource]),
  );
  const isZero = written === undefined || written === 0;
  const value =
    kind === 'limits' && isZero ? limitOfNode(facts, container, reader, resource) : (written ?? 0);
  const unit = amount(divisorOf(selector)) ?? amount('1') ?? 1;
  return { ok: true, value: String(Math.ceil(value / unit)) };
}

/**
 * What a container without a limit is told: the pod's limit, else what the node can give. A volume does not look at the
 * pod's; in the environment nothing is filled in for an init container that another one names.
 */
function limitOfNode(
  { pod, allocatable }: DownwardFacts,
  container: Container,
  reader: Reader,
  resource: string,
): number {
  const isFilledIn = reader === 'volume' || reader === container || pod.spec.containers.includes(container);
  if (!isFilledIn) return 0;
  const ofPod = reader === 'volume' ? undefined : pod.spec.resources?.limits?.[resource];
  switch (resource) {
    case 'cpu':
      return millicoresOf(ofPod) ?? allocatable.cpuMillicores;
    case 'memory':
      return bytesOf(ofPod) ?? allocatable.memoryBytes;
    case 'ephemeral-storage':
      return allocatable.ephemeralStorageBytes;
    default:
      return 0;
  }
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
