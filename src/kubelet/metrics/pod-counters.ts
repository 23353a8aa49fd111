import type { ContainerType } from '../../confinement/confinement.ts';
import type { Clock } from '../../node/clock.ts';
import type { RunningPod } from '../../node/running-pod.ts';

/** What has happened to pods since this process began. */
export interface PodCounts {
  readonly startedPods: number;
  readonly startedPodsErrors: number;
  readonly startedUserNamespacedPods: number;
  readonly startedUserNamespacedPodsErrors: number;
  readonly startedContainers: ReadonlyMap<StartedType, number>;
}

/** The kubelet's words for the types of containers. */
export type StartedType = 'container' | 'init_container' | 'ephemeral_container';

export interface PodCounters {
  onPodChanged(pod: RunningPod): void;
  counts(): PodCounts;
  /** From the first sight of a pod to its being Running, of those since the last call. */
  takeStartSeconds(): readonly number[];
}

interface Seen {
  readonly since: number;
  hasSandbox: boolean;
  isRunning: boolean;
  lastFailureAt: number;
  readonly runs: Map<string, string>;
}

const typeNames: Readonly<Record<ContainerType, StartedType>> = {
  container: 'container',
  init: 'init_container',
  sidecar: 'init_container',
  ephemeral: 'ephemeral_container',
};

/** More than anybody starts between two looks; who never looks must not pay for it. */
const maxPending = 10_000;

/** Counts by what can be seen of pods; those of an earlier process, which are adopted, were counted there. */
export function createPodCounters(clock: Clock): PodCounters {
  const begin = clock.now();
  const pods = new WeakMap<RunningPod, Seen>();
  const containers = new Map<StartedType, number>();
  const totals = { pods: 0, errors: 0, mapped: 0, mappedErrors: 0 };
  let startSeconds: number[] = [];

  const seenOf = (pod: RunningPod): Seen => {
    const known = pods.get(pod);
    if (known !== undefined) return known;
    const now = clock.now();
    const isAdopted = Date.parse(pod.status().startTime ?? '') + 1000 < begin;
    const seen = {
      since: Math.min(now, pod.events[0]?.at ?? now),
      hasSandbox: isAdopted,
      isRunning: isAdopted,
      lastFailureAt: isAdopted ? now : 0,
      runs: new Map(isAdopted ? runsOf(pod).map(({ name, id }) => [name, id]) : []),
    };
    pods.set(pod, seen);
    return seen;
  };
  const countAttempt = (pod: RunningPod, isError: boolean): void => {
    const isMapped = pod.pod.spec.hostUsers === false;
    totals.pods += 1;
    totals.mapped += Number(isMapped);
    totals.errors += Number(isError);
    totals.mappedErrors += Number(isMapped && isError);
  };
  return {
    onPodChanged(pod) {
      const seen = seenOf(pod);
      if (pod.sandbox !== undefined && !seen.hasSandbox) {
        seen.hasSandbox = true;
        countAttempt(pod, false);
      }
      for (const { reason, at } of pod.events) {
        if (reason !== 'FailedCreatePodSandBox' || at <= seen.lastFailureAt) continue;
        seen.lastFailureAt = at;
        countAttempt(pod, true);
      }
      for (const { name, id, type } of runsOf(pod)) {
        if (seen.runs.get(name) === id) continue;
        seen.runs.set(name, id);
        containers.set(typeNames[type], (containers.get(typeNames[type]) ?? 0) + 1);
      }
      if (!seen.isRunning && pod.status().phase === 'Running') {
        seen.isRunning = true;
        if (startSeconds.length < maxPending) startSeconds.push((clock.now() - seen.since) / 1000);
      }
    },
    counts: () => ({
      startedPods: totals.pods,
      startedPodsErrors: totals.errors,
      startedUserNamespacedPods: totals.mapped,
      startedUserNamespacedPodsErrors: totals.mappedErrors,
      startedContainers: containers,
    }),
    takeStartSeconds: () => {
      const taken = startSeconds;
      startSeconds = [];
      return taken;
    },
  };
}

function runsOf(
  pod: RunningPod,
): readonly { readonly name: string; readonly id: string; readonly type: ContainerType }[] {
  return pod
    .containers()
    .flatMap(({ name, type, runtimeContainer }) =>
      runtimeContainer === undefined ? [] : [{ name, type, id: runtimeContainer.id }],
    );
}
