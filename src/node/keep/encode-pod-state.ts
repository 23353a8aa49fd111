import type { PodState } from './pod-state.ts';
import { stateVersion } from './state-content.ts';

/**
 * The text of `state.json`, in the layout of `StateContent`. The API's own copy of the pod's status and of who wrote what
 * is left out.
 */
export function encodePodState(state: PodState): string {
  const { pod, life, prepared, runs, ...rest } = state;
  const { containers, ...stage } = life;
  return JSON.stringify({
    version: stateVersion,
    ...rest,
    pod: { ...pod, status: undefined, metadata: { ...pod.metadata, managedFields: undefined } },
    life: { ...stage, containers: [...containers].map(([name, container]) => ({ name, ...container })) },
    ...prepared,
    runs: [...runs].map(([container, { process, ...run }]) => ({ container, ...run, ...process })),
  });
}
