import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFromKubeconfig } from '../../apiserver/kubeconfig.ts';
import { removeTree } from '../../linux/remove-tree.ts';
import { lockNode } from '../../node/lock-node.ts';
import { reapDeadPods } from '../../node/reap-pods.ts';
import { removeAllPods } from '../../node/remove-all-pods.ts';
import { rootLayout } from '../../runtime/layout.ts';
import { openEngine } from '../../runtime/open-engine.ts';
import { removeServices } from '../../runtime/services-network.ts';
import type { CommandContext } from '../command.ts';
import { CONTEXT_NAME, userKubeconfig } from './write-kubeconfigs.ts';

export interface PurgeOptions {
  readonly keepImages: boolean;
}

/** Removes everything of a root whose node has been stopped, or killed: its pods, its network, its files. */
export async function purgeNode({ keepImages }: PurgeOptions, context: CommandContext): Promise<void> {
  const layout = rootLayout(context.root);
  const { libDir, runDir } = layout;
  const lock = await lockNode(runDir);
  try {
    const engine = await openEngine({ root: context.root, profile: 'containerd' });
    const dirs = { lib: libDir, run: runDir };
    const removed = [...(await removeAllPods({ engine, dirs })), ...(await reapDeadPods({ engine, dirs }))];
    for (const { namespace, name } of removed) context.stdout.write(`removed pod ${namespace}/${name}\n`);
    await removeServices(layout);
    await removeFromKubeconfig(userKubeconfig(context), CONTEXT_NAME);
    await removeFiles(libDir, keepImages ? ['images'] : []);
  } finally {
    lock.release();
  }
  await removeFiles(runDir, []);
  context.stdout.write(`removed everything below ${libDir}${keepImages ? ' but the images' : ''}\n`);
}

async function removeFiles(dir: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(dir)) if (!kept.includes(name)) await removeTree(join(dir, name));
  if (kept.length === 0) await rm(dir, { recursive: true, force: true });
}
