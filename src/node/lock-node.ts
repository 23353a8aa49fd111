import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError } from '../core/errors.ts';
import { takeFileLock } from '../linux/file-lock.ts';
import { makeDirectory } from '../linux/make-directory.ts';
import { isProcessAlive, readProcStat } from '../linux/proc-stat.ts';

/** What a process has a root to itself for. */
export type RootWork = 'node' | 'halt' | 'purge';

/** That this process has its root to itself, until it lets go of it or ends, however it ends. */
export interface NodeLock {
  release(): void;
}

/** Who has a root to itself. */
export interface LockHolder {
  readonly pid: number;
  /** Clock ticks since boot: tells a pid that was given away again. */
  readonly startTime: number;
  readonly work: RootWork;
}

/** Takes a root for this process. Throws `conflict`, naming the process that has it already. */
export async function lockNode(runDir: string, work: RootWork): Promise<NodeLock> {
  const path = lockPath(runDir);
  makeDirectory(runDir, 0o711);
  const release = await takeFileLock(path, 0);
  if (release === undefined) throw taken(path, work);
  writeFileSync(path, `${process.pid} ${readProcStat(process.pid)?.startTime ?? 0} ${work}\n`);
  return { release };
}

/** Who has a root to itself; undefined when nobody does. Makes nothing. */
export async function findLockHolder(runDir: string): Promise<LockHolder | undefined> {
  const path = lockPath(runDir);
  if (!existsSync(path)) return undefined;
  const release = await takeFileLock(path, 0);
  release?.();
  return release === undefined ? readHolder(path) : undefined;
}

function lockPath(runDir: string): string {
  return join(runDir, 'node.lock');
}

/** Undefined when it has not written itself down yet: what then stands there is about one that has ended. */
function readHolder(path: string): LockHolder | undefined {
  const [, pid, startTime, word] = /^(\d+) (\d+) (\w+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
  const work = works.find((it) => it === word);
  if (work === undefined || !isProcessAlive(Number(pid), Number(startTime))) return undefined;
  return { pid: Number(pid), startTime: Number(startTime), work };
}

const works: readonly RootWork[] = ['node', 'halt', 'purge'];

const attempts: Readonly<Record<RootWork, string>> = {
  node: 'cannot start the node',
  halt: 'cannot stop the pods',
  purge: 'cannot purge this root',
};

const found: Readonly<Record<RootWork, string>> = {
  node: 'is the node of this root already',
  halt: 'is stopping its pods',
  purge: 'is purging it',
};

function taken(path: string, work: RootWork): PodproofError {
  const holder = readHolder(path);
  const who = holder === undefined ? 'another process' : `process ${holder.pid}`;
  const isNode = holder === undefined || holder.work === 'node';
  return new PodproofError('conflict', `${attempts[work]}: ${who} ${found[holder?.work ?? 'node']}`, {
    advice: isNode
      ? 'podproof down  ends it; --root DIR  gives this one a root of its own'
      : 'try again when it has ended',
  });
}
