import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PodproofError } from '../core/errors.ts';
import { withFileLock } from '../linux/file-lock.ts';
import { isProcessAlive } from '../linux/proc-stat.ts';
import type { NodePorts } from './node-ports.ts';
import { type Owner, type PodRecord, readPodRecords } from './pod-record.ts';
import { removePod } from './remove-pod.ts';

/**
 * Takes away every pod whose owner process is dead and that no node keeps, however far it had come; returns them. Meant for the start of each
 * command. Idempotent, and safe beside other podproof processes.
 */
export async function reapDeadPods(node: Pick<NodePorts, 'engine' | 'dirs'>): Promise<readonly PodRecord[]> {
  const { records, drafts } = await readPodRecords(node.dirs.lib);
  if (!records.some(isLeftBehind) && !drafts.some(isOwnerDead)) return [];
  await mkdir(node.dirs.run, { recursive: true, mode: 0o711 });
  return withFileLock(join(node.dirs.run, 'reap.lock'), async () => {
    // Read again: another process may have reaped while this one waited.
    const left = await readPodRecords(node.dirs.lib);
    for (const draft of left.drafts.filter(isOwnerDead))
      await rm(draft.dir, { recursive: true, force: true });
    const dead = left.records.filter(isLeftBehind);
    await removeAll(node.engine, dead);
    return dead;
  });
}

/** One that cannot be removed does not keep the others. */
export async function removeAll(engine: NodePorts['engine'], dead: readonly PodRecord[]): Promise<void> {
  const failures: unknown[] = [];
  for (const record of dead) await removePod(engine, record).catch((error: unknown) => failures.push(error));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new PodproofError('internal', 'cannot remove pods that were left behind', {
      problems: failures.map(messageOf),
    });
}

function isLeftBehind(record: PodRecord): boolean {
  return record.keeper === 'process' && isOwnerDead(record);
}

function isOwnerDead({ owner }: { readonly owner: Owner }): boolean {
  return !isProcessAlive(owner.pid, owner.startTime);
}
