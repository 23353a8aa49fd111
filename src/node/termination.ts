import type { ContainerExit } from '../runtime/engine.ts';
import type { Termination } from './container-life.ts';
import { type ContainerRunHandle, containerIdOf } from './container-slot.ts';

/** The kubelet's words for a container whose end nobody saw. */
const lostMessage =
  'The container could not be located when the pod was deleted.  The container used to be Running';

/** How a run ended, with the last words of its container. */
export function terminationOf(
  { exitCode, isLost, oomKilled, finishedAt }: ContainerExit,
  run: Pick<ContainerRunHandle, 'created' | 'startedAt'>,
  message: string | undefined,
): Termination {
  const reason = isLost
    ? 'ContainerStatusUnknown'
    : oomKilled
      ? 'OOMKilled'
      : exitCode === 0
        ? 'Completed'
        : 'Error';
  return {
    exitCode,
    reason,
    message: isLost ? lostMessage : message,
    startedAt: run.startedAt,
    finishedAt: finishedAt.getTime(),
    containerID: containerIdOf(run),
  };
}
