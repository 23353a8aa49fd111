import { setTimeout as sleep } from 'node:timers/promises';
import { PodproofError } from '../../core/errors.ts';
import { isProcessAlive } from '../../linux/proc-stat.ts';
import type { CommandContext } from '../command.ts';
import { startProgress } from '../progress.ts';
import { nodePaths, readNodeProcess } from './node-files.ts';

/** How a node in the foreground, or in the background, is told what to do with its pods when it ends. */
export const STOP_SIGNALS: Readonly<Record<'halt' | 'keep', NodeJS.Signals>> = {
  halt: 'SIGINT',
  keep: 'SIGTERM',
};

/** Longer than any grace period that people give their pods; a second `down` does not wait for it. */
const timeoutMs = 15 * 60_000;
const pollMs = 10;

/** Stops the root's node and waits until it is gone. One that does not run is no error. */
export async function stopNode(pods: 'halt' | 'keep', context: CommandContext): Promise<void> {
  const node = readNodeProcess(nodePaths(context.root));
  if (node === undefined) {
    context.stdout.write('no node runs here\n');
    return;
  }
  process.kill(node.pid, STOP_SIGNALS[pods]);
  const progress = startProgress('stopping the node', context);
  try {
    const deadline = Date.now() + timeoutMs;
    while (isProcessAlive(node.pid, node.startTime)) {
      if (Date.now() > deadline) throw stillThere(node.pid);
      await sleep(pollMs, undefined, { signal: context.signal });
    }
  } finally {
    progress.stop();
  }
  context.stdout.write(
    pods === 'halt'
      ? 'node stopped, its pods with it; their state is kept\n'
      : 'node stopped; its pods go on running\n',
  );
}

function stillThere(pid: number): PodproofError {
  return new PodproofError('runtime', `cannot stop the node: process ${pid} does not end`, {
    advice: `look at its log, and end it with  kill -9 ${pid} ; the next  podproof up  takes its pods over`,
  });
}
