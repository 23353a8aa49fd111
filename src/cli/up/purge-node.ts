import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../linux/remove-tree.ts';
import { lockNode } from '../../node/lock-node.ts';
import { reapDeadPods } from '../../node/reap-pods.ts';
import { removeAllPods } from '../../node/remove-all-pods.ts';
import { releaseNetwork } from '../../runtime/hold-network.ts';
import { rootLayout } from '../../runtime/layout.ts';
import { openEngine } from '../../runtime/open-engine.ts';
import { removeServices } from '../../runtime/services-network.ts';
import type { CommandContext } from '../command.ts';
import { unmergeKubeconfig } from './write-kubeconfigs.ts';

export interface PurgeOptions {
  readonly keepImages: boolean;
}

/** Removes everything of a root whose node does not run: its pods, its network, its files. */
export async function purgeNode({ keepImages }: PurgeOptions, context: CommandContext): Promise<void> {
  const layout = rootLayout(context.root);
  const { libDir, runDir } = layout;
  const { stdout } = context;
  const lock = await lockNode(runDir, 'purge');
  try {
    const engine = await openEngine({ root: context.root, profile: 'containerd' });
    const dirs = { lib: libDir, run: runDir };
    const removed = [...(await removeAllPods({ engine, dirs })), ...(await reapDeadPods({ engine, dirs }))];
    for (const { namespace, name } of removed) stdout.write(`removed pod ${namespace}/${name}\n`);
    await removeServices(layout);
    await releaseNetwork({ root: context.root, profile: 'containerd' });
    const kubeconfig = await unmergeKubeconfig(context);
    if (kubeconfig !== undefined) stdout.write(`removed the context from ${kubeconfig}\n`);
    await removeFiles(libDir, keepImages ? ['images'] : []);
    // The lock last: nobody else may think that this root is free before it is.
    await removeFiles(runDir, ['node.lock']);
    await removeFiles(runDir, []);
  } finally {
    lock.release();
  }
  stdout.write(`removed everything below ${libDir}${keepImages ? ' but the images' : ''}\n`);
}

async function removeFiles(dir: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(dir)) if (!kept.includes(name)) await removeTree(join(dir, name));
  if (kept.length === 0) await rmdir(dir);
}
