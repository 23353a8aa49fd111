import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PodproofError } from '../core/errors.ts';
import { parseMountInfo } from '../linux/mount-info.ts';
import { mountPointsOn } from '../linux/mount-points-on.ts';
import { unmountTree } from '../linux/mounts.ts';
import { isProcessAlive, readProcStat } from '../linux/proc-stat.ts';
import { removeTree } from '../linux/remove-tree.ts';
import { killCgroup, removeCgroup, sendKill } from './cgroups.ts';
import type { PodNetwork } from './cni/pod-network.ts';
import type { Sandbox } from './engine.ts';
import { cgroupPathOf, type EngineContext, pidInitId, runtimeIdOf } from './engine-context.ts';
import { freeIdRanges } from './id-ranges.ts';
import { containerLayout, sandboxLayout } from './layout.ts';
import { removeMountArea } from './mount-area.ts';
import { readRecord } from './record-file.ts';
import { leaveNetwork, unregisterSandbox } from './sandbox-registry.ts';
import { awaitNetworkSetup, disownSandbox } from './unfinished.ts';

type SandboxName = Pick<Sandbox, 'id' | 'dir'>;

/**
 * Takes away all that a sandbox has, whatever state it is in: made whole, half made by a process that was killed, or
 * half removed. Only what the kernel and the directory show is relied on, so that it can run any number of times.
 */
export async function removeSandbox(context: EngineContext, sandbox: SandboxName): Promise<void> {
  const layout = sandboxLayout(sandbox.dir);
  await disownSandbox(context, sandbox.dir);
  const network = readRecord<PodNetwork>(layout.networkRecord);
  await awaitNetworkSetup(network);
  await Promise.all([leaveNetwork(context, sandbox.id, network), removeContainers(context, sandbox)]);
  // Last, as the network needs its namespace in order to go.
  for (const path of [sandbox.dir, layout.mounts]) unmountBelow(path);
  removeMountArea(sandbox.dir);
  for (const path of [layout.networkRecord, layout.ownerLock, layout.record]) rmSync(path, { force: true });
  await freeIdRanges(sandbox.dir);
  await unregisterSandbox(context, sandbox.id);
}

async function removeContainers(context: EngineContext, sandbox: SandboxName): Promise<void> {
  const { containers, pidInit, rootfs, volumes } = sandboxLayout(sandbox.dir);
  await killProcesses(context, sandbox);
  await deleteContainers(context, sandbox);
  for (const path of [rootfs, volumes]) unmountBelow(path);
  await removeCgroup(context.hierarchies, cgroupPathOf(context, sandbox));
  // What containers wrote lies there: it may be of any depth.
  await removeTree(containers);
  rmSync(pidInit, { recursive: true, force: true });
}

/** Removes one container that has ended or is being killed; its log and upper directory stay. */
export async function removeContainerRemains(
  context: EngineContext,
  sandbox: Sandbox,
  id: string,
): Promise<void> {
  const layout = containerLayout(sandbox.dir, id);
  const cgroup = `${cgroupPathOf(context, sandbox)}/${id}`;
  await killCgroup(context.hierarchies, cgroup);
  await monitorEnd(layout.monitorPidFile);
  await deleteFromRuntime(context, runtimeIdOf(sandbox, id));
  for (const path of [layout.rootfs, layout.volumes]) {
    unmountBelow(path);
    rmSync(path, { recursive: true, force: true });
  }
  await removeCgroup(context.hierarchies, cgroup);
}

const monitorTimeoutMs = 5000;

/** conmon ends by itself once its container has, after it has written log and exit code. */
async function monitorEnd(pidFile: string): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  const startTime = pid > 0 ? readProcStat(pid)?.startTime : undefined;
  if (startTime === undefined) return;
  const deadline = Date.now() + monitorTimeoutMs;
  while (isProcessAlive(pid, startTime) && Date.now() < deadline) await sleep(2);
}

async function deleteContainers(context: EngineContext, sandbox: SandboxName): Promise<void> {
  const { containers } = sandboxLayout(sandbox.dir);
  const ids = existsSync(containers) ? readdirSync(containers) : [];
  await Promise.all([
    deleteFromRuntime(context, pidInitId(sandbox)),
    ...ids.map(async (id) => {
      await monitorEnd(containerLayout(sandbox.dir, id).monitorPidFile);
      await deleteFromRuntime(context, runtimeIdOf(sandbox, id));
    }),
  ]);
}

/** A runtime that was killed while it made the container may refuse to delete it; what it left is then only this. */
async function deleteFromRuntime(context: EngineContext, runtimeId: string): Promise<void> {
  const state = join(context.runtimeStateDir, runtimeId);
  if (!existsSync(state)) return;
  try {
    await context.runtime.delete(runtimeId);
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
  }
  rmSync(state, { recursive: true, force: true });
}

/**
 * Kills what runs in the sandbox and the runtimes that are still making something of it. Monitors are let end by
 * themselves, which they do once their container has gone, so that logs are whole.
 */
async function killProcesses(context: EngineContext, sandbox: SandboxName): Promise<void> {
  const deadline = Date.now() + monitorTimeoutMs;
  // A program that is just being started has no command line yet: where something may still be in the making, that
  // nothing is seen must be seen more than once.
  let looksLeft = hasEnded(sandbox) ? 1 : looksForUnfinished;
  while (looksLeft > 0) {
    await killCgroup(context.hierarchies, cgroupPathOf(context, sandbox));
    const helpers = helpersOf(sandbox.dir);
    const late = Date.now() > deadline;
    for (const { pid, isMonitor } of helpers) if (!isMonitor || late) sendKill(pid);
    if (helpers.length === 0) looksLeft -= 1;
    if (looksLeft > 0) await sleep(betweenLooksMs);
  }
}

const looksForUnfinished = 4;
const betweenLooksMs = 3;

/** Whether the monitor of every container has written how it ended. */
function hasEnded(sandbox: SandboxName): boolean {
  const { containers } = sandboxLayout(sandbox.dir);
  const ids = existsSync(containers) ? readdirSync(containers) : [];
  return ids.every((id) =>
    existsSync(join(containerLayout(sandbox.dir, id).exitDir, runtimeIdOf(sandbox, id))),
  );
}

interface Helper {
  readonly pid: number;
  /** The bundle, or the description of a process. */
  readonly path: string;
  readonly isMonitor: boolean;
}

/** Runtimes and monitors at work on the sandbox: they name a file of it as bundle or process. */
export function helpersOf(dir: string): readonly Helper[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const args = commandLineOf(name);
      const option = args.findIndex((arg) => arg === '--bundle' || arg === '--process');
      const path = args[option + 1];
      if (option < 0 || path?.startsWith(`${dir}/`) !== true) return [];
      return [{ pid: Number(name), path, isMonitor: args.includes('--conmon-pidfile') }];
    });
}

/** Empty for a process that has ended. */
export function commandLineOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // Gone meanwhile.
    return [];
  }
}

const unmountRounds = 64;

/**
 * Unmounts the path itself and all below it, also where it is seen another time, as in the volume of a pod that has the
 * host's root: a directory on which anything is mounted cannot be removed. Afterwards deleting the files reaches nothing
 * of the host's.
 */
function unmountBelow(path: string): void {
  for (let round = 0; round < unmountRounds; round += 1) {
    const mounts = mountPointsOn(path, parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')));
    if (mounts.length === 0) return;
    // The topmost takes what is below along.
    unmountTree(mounts.reduce((first, next) => (next.length < first.length ? next : first)));
  }
  throw new PodproofError('runtime', `cannot unmount everything below "${path}"`);
}
