import type { PodCondition } from '../../kube/pod-status.ts';
import type { ContainerRunHandle } from '../container-slot.ts';
import type { PodMoment } from '../pod-view.ts';
import { bootId } from './boot-id.ts';
import type { PodState, RunState } from './pod-state.ts';

/** What is to be written down of a pod at one moment. */
export function podStateOf(
  { request, life, startedAt, prepared, slots }: PodMoment,
  conditions: readonly PodCondition[],
  stopDeadline: number | undefined,
): PodState {
  const runs = [...slots].flatMap(([name, { run }]) =>
    run === undefined ? [] : [[name, runStateOf(run)] as const],
  );
  return {
    bootId: bootId(),
    pod: request.pod,
    withoutNetwork: request.withoutNetwork,
    startedAt,
    stopDeadline,
    life,
    conditions,
    prepared:
      prepared === undefined
        ? undefined
        : { sandbox: prepared.sandbox, volumes: [...prepared.volumes.values()] },
    runs: new Map(runs),
  };
}

function runStateOf({ created, attempt, startedAt, imageName }: ContainerRunHandle): RunState {
  const { dir, pid, startTime } = created.runtimeContainer;
  const imageDigest = created.image.digest;
  return { attempt, startedAt, imageName, imageDigest, process: { dir, pid, startTime } };
}
