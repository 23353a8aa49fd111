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
 * state is kept. Once `hurry` is aborted they are killed. For whoever holds the root's lock. Returns how many there were.
 */
export async function haltLeftPods(node: NodePorts, hurry: AbortSignal): Promise<number> {
  const pods = await adoptPods(node, () => ({}), { onlyWithSandbox: true });
  const halts = pods.map((pod) => pod.halt(hurry.aborted ? 0 : undefined));
  hurry.addEventListener('abort', () => halts.push(...pods.map((pod) => pod.halt(0))));
  await Promise.all(halts);
  return pods.length;
}
