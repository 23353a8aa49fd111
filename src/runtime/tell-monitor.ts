import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { PodproofError } from '../core/errors.ts';

/**
 * Sends a message to a container's conmon: its number and two more, by its control pipe. Throws `conflict` when there is
 * no monitor any more, instead of waiting for a reader that never comes.
 */
export async function tellMonitor(
  containerDir: string,
  message: readonly [number, number, number],
): Promise<void> {
  const path = join(containerDir, 'ctl');
  try {
    const pipe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      await pipe.write(`${message.join(' ')}\n`);
    } finally {
      await pipe.close();
    }
  } catch (error) {
    throw new PodproofError('conflict', `cannot tell the monitor by "${path}": it does not run`, {
      cause: error,
    });
  }
}
