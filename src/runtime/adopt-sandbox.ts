import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '../core/errors.ts';
import { takeFileLock } from '../linux/file-lock.ts';
import { parseMountInfo } from '../linux/mount-info.ts';
import type { Sandbox } from './engine.ts';
import type { EngineContext } from './engine-context.ts';
import { type SandboxLayout, sandboxLayout } from './layout.ts';

/** How long a process that is going away may still be busy with a sandbox of its own. */
const ownerTimeoutMs = 5000;

/**
 * Makes a sandbox of another process this one's, and gives the ids of its containers; undefined when it is not whole.
 * Waits until all that the other process has forked has become the program that it was meant to be.
 */
export async function adoptSandbox(
  { ownerLocks }: EngineContext,
  sandbox: Sandbox,
): Promise<readonly string[] | undefined> {
  const layout = sandboxLayout(sandbox.dir);
  if (!isWhole(sandbox, layout)) return undefined;
  if (!ownerLocks.has(sandbox.dir)) {
    const release = await takeFileLock(layout.ownerLock, ownerTimeoutMs);
    if (release !== undefined) ownerLocks.set(sandbox.dir, release);
  }
  return readdirSync(layout.containers);
}

/** Lets others own it. */
export function releaseSandbox({ ownerLocks }: EngineContext, { dir }: Pick<Sandbox, 'dir'>): void {
  ownerLocks.get(dir)?.();
  ownerLocks.delete(dir);
}

/** Its mounts and its namespaces are there: a reboot leaves neither, an interrupted removal not all of them. */
function isWhole({ namespacePaths }: Sandbox, layout: SandboxLayout): boolean {
  if (!existsSync(layout.record) || !existsSync(layout.containers)) return false;
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  if (!mounts.some(({ mountPoint }) => mountPoint === layout.mounts)) return false;
  if (!Object.values(namespacePaths).every(isPinnedNamespace)) return false;
  return namespacePaths.pid === undefined || hasInit(layout, namespacePaths.pid);
}

/** The magic number of the file system of namespaces (statfs(2)). */
const namespaceFileSystem = 0x6e736673;

function isPinnedNamespace(path: string): boolean {
  try {
    return statfsSync(path).type === namespaceFileSystem;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Without its first process nothing can be started in a pid namespace. */
function hasInit({ pidInit }: SandboxLayout, namespace: string): boolean {
  try {
    const pid = readFileSync(join(pidInit, 'pid'), 'utf8');
    return statSync(`/proc/${pid}/ns/pid`).ino === statSync(namespace).ino;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw error;
  }
}
