import type { DriftReport } from '../../core/contract/drift-report.ts';
import type { Drift } from '../../kube/proof.ts';
import type { CommandContext } from '../command.ts';
import { openApiClient } from './api-client.ts';

/** What a pod of the root's node wrote to its root file systems. */
export async function readDrift(
  pod: string,
  namespace: string,
  context: CommandContext,
): Promise<DriftReport> {
  const client = openApiClient(context);
  try {
    const { containers } = await client.get<Drift>(
      `/apis/podproof.dev/v1/namespaces/${encodeURIComponent(namespace)}/proofs/${encodeURIComponent(pod)}/drift`,
    );
    return { apiVersion: 'podproof.dev/v1', kind: 'DriftReport', namespace, pod, containers };
  } finally {
    client.close();
  }
}
