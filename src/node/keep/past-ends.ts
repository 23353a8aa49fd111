import type { ContainerExit } from '../../runtime/engine.ts';
import type { Termination } from '../container-life.ts';
import type { ContainerRunHandle } from '../container-slot.ts';
import type { PodRequest } from '../prepare-pod.ts';
import { terminationOf } from '../termination.ts';
import { readTerminationMessage } from '../termination-message.ts';

/** A monitor writes how its container ended at once. */
const monitorMs = 5000;

/**
 * How the containers of a sandbox that is gone have ended; what still runs of them is killed. An end that the monitors
 * did not write down is one that nobody saw.
 */
export async function pastEnds(
  request: PodRequest,
  runs: ReadonlyMap<string, ContainerRunHandle>,
): Promise<ReadonlyMap<string, Termination>> {
  const ends = new Map<string, Termination>();
  for (const [name, run] of runs) {
    if (run.ended.signal.aborted) continue;
    const exit = await exitOf(request, run);
    run.ended.abort();
    ends.set(name, terminationOf(exit, run, await lastWords(request, name, run, exit)));
  }
  return ends;
}

async function exitOf({ node }: PodRequest, { created }: ContainerRunHandle): Promise<ContainerExit> {
  const { engine, clock } = node;
  try {
    await engine.killContainer(created.runtimeContainer, 'SIGKILL');
    return await engine.waitContainer(created.runtimeContainer, AbortSignal.timeout(monitorMs));
  } catch {
    return { exitCode: 137, isLost: true, oomKilled: false, finishedAt: new Date(clock.now()) };
  }
}

async function lastWords(
  { containers }: PodRequest,
  name: string,
  { created }: ContainerRunHandle,
  { exitCode }: ContainerExit,
): Promise<string | undefined> {
  const placed = containers.find(({ container }) => container.name === name);
  if (placed === undefined) return undefined;
  const paths = { terminationLog: created.terminationLog, log: created.runtimeContainer.logPath };
  try {
    return await readTerminationMessage(placed.container, paths, exitCode, containers.length);
  } catch {
    // A power cut may have taken the files.
    return undefined;
  }
}
