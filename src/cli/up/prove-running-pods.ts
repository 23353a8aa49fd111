import type { ContainerProof, PodProof, ProofReport } from '../../core/contract/proof-report.ts';
import { KUBERNETES_VERSION } from '../../core/kubernetes-version.ts';
import type { ClusterNode } from '../../kube/cluster-node.ts';
import type { Pod } from '../../kube/pod.ts';
import type { Proof } from '../../kube/proof.ts';
import type { CommandContext } from '../command.ts';
import { type ApiClient, openApiClient } from './api-client.ts';

/** Has the root's node ask the kernel again about pods that it runs, and reports it as `prove -f` does. */
export async function proveRunningPods(
  names: readonly string[],
  namespace: string,
  context: CommandContext,
): Promise<ProofReport> {
  const client = openApiClient(context);
  try {
    const [nodes, pods] = await Promise.all([
      client.get<{ readonly items: readonly ClusterNode[] }>('/api/v1/nodes'),
      Promise.all(names.map((name) => provePod(client, namespace, name))),
    ]);
    const [node] = nodes.items;
    const runtime = node?.status?.nodeInfo?.containerRuntimeVersion ?? '';
    return {
      apiVersion: 'podproof.dev/v1',
      kind: 'ProofReport',
      profile: node?.metadata.labels?.['podproof.dev/profile'] ?? '',
      kubernetes: KUBERNETES_VERSION,
      runtime: runtime.replace('://', ' '),
      pods,
      summary: summaryOf(pods),
    };
  } finally {
    client.close();
  }
}

async function provePod(client: ApiClient, namespace: string, name: string): Promise<PodProof> {
  const path = `namespaces/${encodeURIComponent(namespace)}`;
  const pod = await client.get<Pod>(`/api/v1/${path}/pods/${encodeURIComponent(name)}`);
  const proof = await client.post<Proof>(
    `/apis/podproof.dev/v1/${path}/proofs/${encodeURIComponent(name)}/refresh`,
    {},
  );
  const { phase = 'Unknown', reason, message } = pod.status ?? {};
  return {
    namespace,
    name,
    uid: pod.metadata.uid ?? '',
    phase,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    containers: proof.status.containers,
    findings: [],
  };
}

function summaryOf(pods: readonly PodProof[]): ProofReport['summary'] {
  const containers = pods.flatMap((pod) => pod.containers);
  return {
    pods: pods.length,
    containers: containers.length,
    proven: containers.filter((it) => it.proof?.holds === true).length,
    failed: containers.filter((it) => it.proof?.holds === false).length,
    refused: containers.filter(isRefused).length,
  };
}

function isRefused({ proof, state }: ContainerProof): boolean {
  return proof === undefined && (state.waiting?.message ?? '') !== '';
}
