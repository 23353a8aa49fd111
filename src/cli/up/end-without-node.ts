import { objectLookup } from '../../manifest/object-lookup.ts';
import { haltLeftPods, hasKeptPods } from '../../node/halt-left-pods.ts';
import { lockNode } from '../../node/lock-node.ts';
import { isNetworkHeld, releaseNetwork } from '../../runtime/hold-network.ts';
import { rootLayout } from '../../runtime/layout.ts';
import { removeServices } from '../../runtime/services-network.ts';
import type { CommandContext } from '../command.ts';
import { openNode } from '../open-node.ts';
import { startProgress } from '../progress.ts';
import { nodePaths, removeNodeProcess } from './node-files.ts';
import { wasKilled } from './stop-node.ts';

/**
 * Ends what a node that was killed, or told to keep its pods, has left running; their state is kept. Returns the number of
 * pods.
 */
export async function endWithoutNode(context: CommandContext): Promise<number> {
  const layout = rootLayout(context.root);
  const dirs = { lib: layout.libDir, run: layout.runDir };
  if (!isNetworkHeld(dirs.run) && !wasKilled(context) && !(await hasKeptPods(dirs))) return 0;
  const lock = await lockNode(layout.runDir, 'halt');
  try {
    const node = await openNode(
      { profile: 'containerd', runtime: undefined, lookup: objectLookup([]) },
      context,
    );
    const progress = startProgress('waiting for pods to end; Ctrl-C ends them now', context);
    const count = await haltLeftPods(node, context.signal).finally(() => progress.stop());
    await releaseNetwork({ root: context.root, profile: 'containerd' });
    await removeServices(layout);
    removeNodeProcess(nodePaths(context.root));
    return count;
  } finally {
    lock.release();
  }
}
