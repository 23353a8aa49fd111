import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PodproofError } from '../../core/errors.ts';
import { isProcessAlive } from '../../linux/proc-stat.ts';
import { findLockHolder, type LockHolder } from '../../node/lock-node.ts';
import { rootLayout } from '../../runtime/layout.ts';
import type { CommandContext } from '../command.ts';
import { startProgress } from '../progress.ts';
import { nodePaths } from './node-files.ts';

/** How a node in the foreground, or in the background, is told what to do with its pods when it ends. */
export const STOP_SIGNALS: Readonly<Record<'halt' | 'keep', NodeJS.Signals>> = {
  halt: 'SIGINT',
  keep: 'SIGTERM',
};

/** Longer than any grace period that people give their pods. */
const timeoutMs = 15 * 60_000;
const pollMs = 10;

/** Stops the root's node, also one that is only starting, and waits until it is gone. False when none runs. */
export async function stopNode(pods: 'halt' | 'keep', context: CommandContext): Promise<boolean> {
  const { runDir } = rootLayout(context.root);
  const holder = await findLockHolder(runDir);
  if (holder?.work !== 'node') return false;
  process.kill(holder.pid, STOP_SIGNALS[pods]);
  const progress = startProgress('waiting for pods to end; podproof down  once more ends them now', context);
  try {
    await ended(holder, context.signal);
  } finally {
    progress.stop();
  }
  return true;
}

async function ended({ pid, startTime }: LockHolder, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (isProcessAlive(pid, startTime)) {
    if (Date.now() > deadline) throw stillThere(pid);
    await sleep(pollMs, undefined, { signal });
  }
}

function stillThere(pid: number): PodproofError {
  return new PodproofError('runtime', `cannot stop the node: process ${pid} does not end`, {
    advice: `look at its log, and end it with  kill -9 ${pid} ; the next  podproof up  takes its pods over`,
  });
}

/** Whether a node of this root was killed: nobody has taken its note of itself away. */
export function wasKilled({ root }: Pick<CommandContext, 'root'>): boolean {
  return existsSync(nodePaths(root).process);
}
