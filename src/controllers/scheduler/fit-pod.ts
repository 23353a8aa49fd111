import type { ClusterNode } from '../../kube/cluster-node.ts';
import type { ObjectReader } from '../../kube/object-api.ts';
import type { Pod } from '../../kube/pod.ts';
import { matchesNode, selectsNode } from './node-affinity.ts';
import { podAffinityRefusal } from './pod-affinity.ts';
import { missingResources } from './pod-requests.ts';
import { tolerates, untoleratedTaint } from './tolerations.ts';
import { topologySpreadRefusal } from './topology-spread.ts';

const unschedulableTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

interface Refusal {
  /** About the pod as such: upstream does not count the nodes then. */
  readonly ofPod?: string;
  readonly reasons: readonly string[];
  /** Whether ending other pods could help. */
  readonly resolvable: boolean;
}

/**
 * Why the pod cannot go to the cluster's one node, as upstream's `FailedScheduling` says it; undefined when it can.
 * `others` are the unfinished pods of the node.
 */
export function schedulingRefusal(
  api: ObjectReader,
  pod: Pod,
  node: ClusterNode | undefined,
  others: () => readonly Pod[],
): string | undefined {
  if (node === undefined) return 'no nodes available to schedule pods';
  const refusal = refuse(api, pod, node, others);
  if (refusal === undefined) return undefined;
  const reasons =
    refusal.ofPod ??
    refusal.reasons
      .map((it) => `1 ${it}`)
      .sort()
      .join(', ');
  const preemption = refusal.resolvable
    ? 'No preemption victims found for incoming pod'
    : 'Preemption is not helpful for scheduling';
  return `0/1 nodes are available: ${reasons}. preemption: 0/1 nodes are available: 1 ${preemption}.`;
}

/** As upstream's filters do it: the first one that refuses is the answer. */
function refuse(
  api: ObjectReader,
  pod: Pod,
  node: ClusterNode,
  others: () => readonly Pod[],
): Refusal | undefined {
  const { tolerations = [] } = pod.spec;
  const claims = claimRefusal(api, pod);
  if (claims !== undefined) return { ofPod: claims, reasons: [], resolvable: false };
  if (node.spec.unschedulable === true && !tolerations.some((it) => tolerates(it, unschedulableTaint)))
    return final('node(s) were unschedulable');
  const taint = untoleratedTaint(node.spec.taints ?? [], tolerations);
  if (taint !== undefined) return final(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
  if (!matchesNode(pod, node)) return final("node(s) didn't match Pod's node affinity/selector");
  if (takesUsedPort(pod, others)) return open("node(s) didn't have free ports for the requested pod ports");
  const missing = missingResources(pod, others(), node);
  if (missing.length > 0) return { reasons: missing, resolvable: true };
  if (sharesExclusiveClaim(api, pod, others))
    return open(
      'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
    );
  if (!volumesAreHere(api, pod, node)) return final("node(s) didn't match PersistentVolume's node affinity");
  const spread = topologySpreadRefusal(pod, node, others);
  if (spread !== undefined) return spread.endsWith(')') ? final(spread) : open(spread);
  const affinity = podAffinityRefusal(pod, { api, node, others: others() });
  return affinity === undefined ? undefined : open(affinity);
}

function final(reason: string): Refusal {
  return { reasons: [reason], resolvable: false };
}

function open(reason: string): Refusal {
  return { reasons: [reason], resolvable: true };
}

function claimNames({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? [])
    .map((it) => it.persistentVolumeClaim?.claimName)
    .filter((it) => it !== undefined);
}

function claimRefusal(api: ObjectReader, pod: Pod): string | undefined {
  const names = claimNames(pod);
  const claims = names.map((it) => api.get('PersistentVolumeClaim', pod.metadata.namespace ?? '', it));
  const gone = claims.findIndex((it) => it === undefined);
  if (gone !== -1) return `persistentvolumeclaim "${names[gone] ?? ''}" not found`;
  for (const claim of claims) {
    if (claim?.status?.phase === 'Lost')
      return `persistentvolumeclaim "${claim.metadata.name ?? ''}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    if (claim?.metadata.deletionTimestamp !== undefined)
      return `persistentvolumeclaim "${claim.metadata.name ?? ''}" is being deleted`;
  }
  return claims.some((it) => it?.status?.phase !== 'Bound')
    ? 'pod has unbound immediate PersistentVolumeClaims'
    : undefined;
}

/** `ReadWriteOncePod`: one pod at a time has the claim. */
function sharesExclusiveClaim(api: ObjectReader, pod: Pod, others: () => readonly Pod[]): boolean {
  const { namespace = '' } = pod.metadata;
  const exclusive = claimNames(pod).filter(
    (it) =>
      api.get('PersistentVolumeClaim', namespace, it)?.spec.accessModes?.includes('ReadWriteOncePod') ===
      true,
  );
  if (exclusive.length === 0) return false;
  return others().some(
    (it) => it.metadata.namespace === namespace && claimNames(it).some((name) => exclusive.includes(name)),
  );
}

function volumesAreHere(api: ObjectReader, pod: Pod, node: ClusterNode): boolean {
  return claimNames(pod).every((name) => {
    const claim = api.get('PersistentVolumeClaim', pod.metadata.namespace ?? '', name);
    const volume = api.get('PersistentVolume', '', claim?.spec.volumeName ?? '');
    const required = volume?.spec.nodeAffinity?.required;
    return required === undefined || selectsNode(required, node);
  });
}

/** `PROTOCOL PORT` with the address of the host that it is taken on; 0.0.0.0 is all of them. */
function hostPorts({ spec }: Pod): readonly { readonly port: string; readonly address: string }[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter((it) => it.restartPolicy === 'Always')]
    .flatMap((it) => it.ports ?? [])
    .filter((it) => (it.hostPort ?? 0) > 0)
    .map(({ protocol = 'TCP', hostPort, hostIP = '' }) => ({
      port: `${protocol} ${hostPort}`,
      address: hostIP === '' ? '0.0.0.0' : hostIP,
    }));
}

function takesUsedPort(pod: Pod, others: () => readonly Pod[]): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return false;
  const used = others().flatMap(hostPorts);
  return wanted.some(({ port, address }) =>
    used.some(
      (it) =>
        it.port === port && (it.address === address || it.address === '0.0.0.0' || address === '0.0.0.0'),
    ),
  );
}
