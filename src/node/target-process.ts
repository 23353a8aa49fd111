import type { ContainerInPod } from '../confinement/confine-input.ts';
import { isProcessAlive } from '../linux/proc-stat.ts';
import type { ContainerRunHandle } from './container-slot.ts';
import { Refusal } from './refusal.ts';

/**
 * The first process of the container that an ephemeral one looks at, with the kubelet's and containerd's texts when
 * there is none: its pid may have been given to a process of the host meanwhile.
 */
export function runningTargetPid(
  { type, container }: ContainerInPod,
  findRun: (container: string) => ContainerRunHandle | undefined,
): number | undefined {
  if (type !== 'ephemeral' || !('targetContainerName' in container)) return undefined;
  const { targetContainerName } = container;
  if (typeof targetContainerName !== 'string' || targetContainerName === '') return undefined;
  const target = findRun(targetContainerName);
  if (target === undefined)
    throw new Refusal('CreateContainerConfigError', `unable to find target container ${targetContainerName}`);
  const { pid, startTime } = target.created.runtimeContainer;
  if (target.ended.signal.aborted || !isProcessAlive(pid, startTime))
    throw new Refusal(
      'CreateContainerError',
      `failed to generate container "${container.name}" spec: invalid target container: container "${targetContainerName}" is not running - in state CONTAINER_EXITED`,
    );
  return pid;
}
