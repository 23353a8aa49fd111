import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProcStat } from '../linux/proc-stat.ts';
import { removeTree } from '../linux/remove-tree.ts';
import type { FindRequest, FoundContainer, Sandbox } from './engine.ts';
import { type EngineContext, runtimeIdOf } from './engine-context.ts';
import { type ContainerLayout, containerLayout } from './layout.ts';
import { commandLineOf, helpersOf, removeContainerRemains } from './reap.ts';

const timeoutMs = 5000;
const pollMs = 3;

/** A container that another process was about to start; undefined when its program has never run. */
export async function findContainer(
  context: EngineContext,
  { sandbox, id, logPath }: FindRequest,
): Promise<FoundContainer | undefined> {
  const layout = containerLayout(sandbox.dir, id);
  await awaitCreation(sandbox, layout);
  const pid = readPid(layout);
  const runtimeId = runtimeIdOf(sandbox, id);
  await until(() => !isBeingStarted(runtimeId));
  if (pid === undefined || waitsForStart(context, runtimeId)) return undefined;
  const hasEnded = existsSync(join(layout.exitDir, runtimeId));
  // While the monitor has not told its end, the pid cannot be another process's.
  const startTime = hasEnded ? 0 : (readProcStat(pid)?.startTime ?? 0);
  const createdAt = statSync(layout.pidFile).mtime;
  return { id, sandbox, dir: layout.dir, pid, startTime, logPath, createdAt };
}

/** Takes a container away, once whoever is still making it has done so. */
export async function discardContainer(context: EngineContext, sandbox: Sandbox, id: string): Promise<void> {
  const layout = containerLayout(sandbox.dir, id);
  await awaitCreation(sandbox, layout);
  await removeContainerRemains(context, sandbox, id);
  await removeTree(layout.dir);
}

/** A monitor that has not told the container's pid is still waiting for the runtime. */
function awaitCreation(sandbox: Sandbox, layout: ContainerLayout): Promise<void> {
  if (!existsSync(layout.dir)) return Promise.resolve();
  return until(
    () => readPid(layout) !== undefined || !helpersOf(sandbox.dir).some(({ path }) => path === layout.dir),
  );
}

function readPid({ pidFile }: ContainerLayout): number | undefined {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isBeingStarted(runtimeId: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      const args = commandLineOf(pid);
      return args.includes('start') && args.includes(runtimeId);
    });
}

/** runc and crun keep a pipe that a created container waits at, and remove it when it is let go. */
function waitsForStart({ runtimeStateDir }: EngineContext, runtimeId: string): boolean {
  return existsSync(join(runtimeStateDir, runtimeId, 'exec.fifo'));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds() && Date.now() < deadline) await sleep(pollMs);
}
