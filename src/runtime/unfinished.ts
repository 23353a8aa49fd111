import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFileLock } from '../linux/file-lock.ts';
import type { PodNetwork } from './cni/pod-network.ts';
import type { EngineContext } from './engine-context.ts';
import { sandboxLayout } from './layout.ts';

// What a killed process has started goes on without it. Removal must come after that, or it would be made again.

const timeoutMs = 5000;
const pollMs = 3;

/** Marks the sandbox as this process's work, which the kernel undoes with the process and all that it has forked. */
export async function ownSandbox({ ownerLocks }: EngineContext, dir: string): Promise<void> {
  const release = await takeFileLock(sandboxLayout(dir).ownerLock);
  if (release !== undefined) ownerLocks.set(dir, release);
}

/** Waits until nothing that the sandbox's owner has forked is still to execute its program. */
export async function disownSandbox({ ownerLocks }: EngineContext, dir: string): Promise<void> {
  ownerLocks.get(dir)?.();
  ownerLocks.delete(dir);
  const { ownerLock } = sandboxLayout(dir);
  if (existsSync(ownerLock)) (await takeFileLock(ownerLock, timeoutMs))?.();
}

/** Waits for plugins that still connect the pod, and for the rule of its network that is still being added. */
export async function awaitNetworkSetup(pod: PodNetwork | undefined): Promise<void> {
  // Known once the plugins have said what they made.
  if (pod === undefined || pod.hostInterface !== undefined) return;
  const deadline = Date.now() + timeoutMs;
  while (isBeingConnected(pod) && Date.now() < deadline) await sleep(pollMs);
}

const programs = new Set(['bridge', 'host-local', 'portmap', 'iptables']);

function isBeingConnected({ id, settings }: PodNetwork): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      const args = wordsOf(`/proc/${pid}/cmdline`);
      if (!programs.has(basename(args[0] ?? ''))) return false;
      if (args.includes('--append') && args.includes(`podproof ${settings.bridge}`)) return true;
      const env = wordsOf(`/proc/${pid}/environ`);
      return env.includes('CNI_COMMAND=ADD') && env.includes(`CNI_CONTAINERID=${id}`);
    });
}

function wordsOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\0');
  } catch {
    // Gone meanwhile.
    return [];
  }
}
