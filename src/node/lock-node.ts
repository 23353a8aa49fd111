import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError } from '../core/errors.ts';
import { takeFileLock } from '../linux/file-lock.ts';

/** That this process is the node of its root, until it lets go of it or ends, however it ends. */
export interface NodeLock {
  release(): void;
}

/** Makes this process the node of its root. Throws `conflict`, naming the process that is it already. */
export async function lockNode(runDir: string): Promise<NodeLock> {
  const path = join(runDir, 'node.lock');
  mkdirSync(runDir, { recursive: true, mode: 0o711 });
  const release = await takeFileLock(path, 0);
  if (release === undefined) throw taken(path);
  writeFileSync(path, `${process.pid}\n`);
  return {
    release: () => {
      truncateSync(path);
      release();
    },
  };
}

/** The process that is the node of a root; undefined when none is. */
export async function findNode(runDir: string): Promise<number | undefined> {
  const path = join(runDir, 'node.lock');
  mkdirSync(runDir, { recursive: true, mode: 0o711 });
  const release = await takeFileLock(path, 0);
  release?.();
  return release === undefined ? holderOf(path) : undefined;
}

function holderOf(path: string): number | undefined {
  const pid = Number(readFileSync(path, 'utf8'));
  return pid > 0 ? pid : undefined;
}

function taken(path: string): PodproofError {
  const pid = holderOf(path);
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new PodproofError('conflict', `cannot start the node: ${who} is the node of this root already`, {
    advice: 'podproof down ends it; --root DIR gives this one a root of its own',
  });
}
