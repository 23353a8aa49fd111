import { adoptPods } from './adopt-pods.ts';
import type { NodePorts } from './node-ports.ts';
import { readPodRecords } from './pod-record.ts';

/** Whether there are pods that a node keeps. */
export async function hasKeptPods(dirs: NodePorts['dirs']): Promise<boolean> {
  const { records } = await readPodRecords(dirs.lib);
  return records.some(({ keeper }) => keeper === 'node');
}

/**
 * Stops the pods that a node has left running, as the node itself would have: they have their grace periods, and their
 * state is kept. For whoever holds the root's lock. Returns how many there were.
 */
export async function haltLeftPods(node: NodePorts): Promise<number> {
  const pods = await adoptPods(node, () => ({}), { onlyWithSandbox: true });
  await Promise.all(pods.map((pod) => pod.halt()));
  return pods.length;
}
