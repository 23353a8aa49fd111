import { readFileSync } from 'node:fs';
import type { AuditRecord } from '../../apiserver/object-service.ts';
import type { AuditEntry, NodeReport, PodSummary } from '../../core/contract/node-report.ts';
import { KUBERNETES_VERSION } from '../../core/kubernetes-version.ts';
import { findLockHolder } from '../../node/lock-node.ts';
import { rootLayout } from '../../runtime/layout.ts';
import type { CommandContext } from '../command.ts';
import { type ApiClient, openApiClient, type TableRow } from './api-client.ts';
import { nodePaths, readLastProcess, readNodeProcess } from './node-files.ts';

/** What there is to say of the root's node, whether it runs or not. */
export async function nodeReport(
  context: CommandContext,
  started: { readonly readyInMs?: number } = {},
): Promise<NodeReport> {
  const paths = nodePaths(context.root);
  const node = readNodeProcess(paths);
  const { kubeconfig, log } = paths;
  const base = {
    apiVersion: 'podproof.dev/v1',
    kind: 'NodeReport',
    kubeconfig,
    kubernetes: KUBERNETES_VERSION,
    log,
  } as const;
  if (node === undefined) return { ...base, running: false, ...(await notRunning(context)) };
  const { pid, url, startedAt } = node;
  const client = openApiClient(context);
  try {
    const memoryBytes = residentBytes(pid);
    return {
      ...base,
      running: true,
      state: 'running',
      pid,
      url,
      startedAt,
      ...started,
      ...(memoryBytes !== undefined && { memoryBytes }),
      ...(await contents(client)),
    };
  } finally {
    client.close();
  }
}

async function notRunning({
  root,
}: Pick<CommandContext, 'root'>): Promise<Pick<NodeReport, 'state' | 'pid' | 'startedAt'>> {
  const holder = await findLockHolder(rootLayout(root).runDir);
  if (holder !== undefined) return { state: 'changing', pid: holder.pid };
  const killed = readLastProcess(nodePaths(root));
  if (killed === undefined) return { state: 'stopped' };
  return { state: 'killed', pid: killed.pid, startedAt: killed.startedAt };
}

async function contents(client: ApiClient): Promise<Pick<NodeReport, 'pods' | 'audit'>> {
  const [pods, proofs, audit] = await Promise.all([
    client.table('/api/v1/pods'),
    client.table('/apis/podproof.dev/v1/proofs'),
    client.get<AuditList>('/apis/podproof.dev/v1/audit'),
  ]);
  return { pods: podSummaries(pods, proofs), audit: auditEntries(audit) };
}

function podSummaries(pods: readonly TableRow[], proofs: readonly TableRow[]): readonly PodSummary[] {
  return pods.map(({ namespace, name, cells }) => {
    const proof = proofs.find((it) => it.namespace === namespace && it.name === name)?.cells['Holds'];
    const { Ready: ready = '', Status: status = '', Restarts: restarts = '', Age: age = '' } = cells;
    return { namespace, name, ready, status, restarts, age, ...(proof && { proof }) };
  });
}

/** Resident memory in bytes; undefined for a process that has just ended. */
function residentBytes(pid: number): number | undefined {
  try {
    const [, resident = ''] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(resident) * pageBytes;
  } catch {
    return undefined;
  }
}

const pageBytes = 4096;

function auditEntries(answer: AuditList): readonly AuditEntry[] {
  return answer.items.map(({ at, user, verb, resource, namespace, name, annotations }) => ({
    at,
    user,
    object: `${verb} ${resource} ${namespace}/${name}`,
    message: annotations['pod-security.kubernetes.io/audit-violations'] ?? '',
  }));
}

/** What the API lists at this path. */
interface AuditList {
  readonly items: readonly AuditRecord[];
}
