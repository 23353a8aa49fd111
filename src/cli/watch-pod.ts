import type { RunningContainer, RunningPod } from '../node/running-pod.ts';
import type { Observation } from '../proof/observation.ts';
import { observe, observeOptionsFor } from '../proof/observe.ts';

/** What is seen of a pod while it runs, to be asked for at its end. */
export interface PodWatch {
  /** Milliseconds from the start of the watch to the last main container running; undefined if that never was. */
  startedInMs(): number | undefined;
  /** What the kernel said of the container's current or last run, right after its start; undefined if it was too short. */
  atStart(container: string): Promise<Observation | undefined>;
  stop(): void;
}

interface Run {
  readonly id: string;
  readonly observation: Promise<Observation | undefined>;
}

/** Observes each run of each container as soon as it is there: a short one may be over when it is asked for. */
export function watchPod(pod: RunningPod): PodWatch {
  const begin = performance.now();
  const runs = new Map<string, Run>();
  let startedInMs: number | undefined;
  const look = (): void => {
    const containers = pod.containers();
    for (const container of containers) observeNewRun(container, runs);
    const main = containers.filter(({ type }) => type === 'container');
    const allRunning = main.length > 0 && main.every(({ status }) => status.state.running !== undefined);
    if (allRunning) startedInMs ??= performance.now() - begin;
  };
  const unsubscribe = pod.subscribe(look);
  look();
  return {
    startedInMs: () => startedInMs,
    atStart: async (container) => runs.get(container)?.observation,
    stop: unsubscribe,
  };
}

function observeNewRun(container: RunningContainer, runs: Map<string, Run>): void {
  const { name, status, runtimeContainer, confinement } = container;
  if (status.state.running === undefined || runtimeContainer === undefined || confinement === undefined)
    return;
  if (runs.get(name)?.id === runtimeContainer.id) return;
  const options = { ...observeOptionsFor(confinement), startTime: runtimeContainer.startTime };
  // One that is gone already says so by having no observation.
  const observation = observe(runtimeContainer.pid, options).catch(() => undefined);
  runs.set(name, { id: runtimeContainer.id, observation });
}
