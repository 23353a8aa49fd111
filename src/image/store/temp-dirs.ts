import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive, readProcStat } from '../../linux/proc-stat.ts';

/**
 * A new directory for unfinished work. Its name holds this process's pid and start time: should the process die, the next
 * command knows that nobody works in it any more.
 */
export function makeTempDir(parent: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const startTime = readProcStat(process.pid)?.startTime ?? 0;
  return mkdtempSync(join(parent, `${process.pid}-${startTime}-`));
}

/** Takes away what processes that are gone have left. */
export async function sweepTempDirs(parent: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    const [pid = '', startTime = ''] = name.split('-');
    if (!isProcessAlive(Number(pid), Number(startTime))) await removeTree(join(parent, name));
  }
}

/** Several processes may take the same tree away at once. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}
