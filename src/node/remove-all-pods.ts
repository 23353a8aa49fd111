import type { NodePorts } from './node-ports.ts';
import { type PodRecord, readPodRecords } from './pod-record.ts';
import { removeAll } from './reap-pods.ts';

/**
 * Takes everything of all pods away that a node has kept; returns them. For whoever holds the root's node lock: nobody
 * looks after them any more.
 */
export async function removeAllPods(node: Pick<NodePorts, 'engine' | 'dirs'>): Promise<readonly PodRecord[]> {
  const { records } = await readPodRecords(node.dirs.lib);
  const kept = records.filter(({ keeper }) => keeper === 'node');
  await removeAll(node.engine, kept);
  return kept;
}
