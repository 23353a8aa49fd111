import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PodproofError } from '../core/errors.ts';
import type { RuntimeContainer } from './engine.ts';
import { tellMonitor } from './tell-monitor.ts';

const reopenMessage = 2;
const timeoutMs = 2000;

/** Has the container's conmon make its log anew where it was. */
export async function reopenLog({ id, dir, logPath }: RuntimeContainer): Promise<void> {
  await tellMonitor(dir, [reopenMessage, 0, 0]);
  const deadline = performance.now() + timeoutMs;
  while (!(await exists(logPath))) {
    if (performance.now() > deadline)
      throw new PodproofError('runtime', `the monitor of container "${id}" did not reopen its log`);
    await sleep(2);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
