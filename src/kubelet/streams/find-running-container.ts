import { StreamRefused } from '../../apiserver/kubelet-port.ts';
import type { Pod } from '../../kube/pod.ts';
import type { RunningContainer, RunningPod } from '../../node/running-pod.ts';
import type { RuntimeContainer } from '../../runtime/engine.ts';

/** A container with a process. */
export interface LiveContainer {
  readonly container: RunningContainer;
  readonly runtimeContainer: RuntimeContainer;
}

/** Throws `StreamRefused` unless the container runs at this moment. */
export function findRunningContainer(
  findPod: (uid: string) => RunningPod | undefined,
  pod: Pod,
  name: string,
): LiveContainer {
  const container = findPod(pod.metadata.uid ?? '')
    ?.containers()
    .find((candidate) => candidate.name === name);
  if (container?.runtimeContainer === undefined || container.status.state.running === undefined)
    throw new StreamRefused(`container not found (${JSON.stringify(name)})`);
  return { container, runtimeContainer: container.runtimeContainer };
}
