import { confine } from '../confinement/confine.ts';
import type { UnpackedImage } from '../image/image.ts';
import type { PodStatus } from '../kube/pod-status.ts';
import { type ContainerSlot, containerIdOf } from './container-slot.ts';
import type { ImageResolution } from './node-ports.ts';
import type { PodLife } from './pod-life.ts';
import type { PodPlan } from './pod-plan.ts';
import { type ContainerFacts, podStatus } from './pod-status.ts';
import { confineInput, type PodRequest, type PreparedPod } from './prepare-pod.ts';
import type { RunningContainer } from './running-pod.ts';
import { containerLogPath } from './start-container.ts';

/** A running pod at one moment. */
export interface PodMoment {
  readonly request: PodRequest;
  readonly plan: PodPlan;
  readonly life: PodLife;
  readonly startedAt: number;
  readonly prepared: PreparedPod | undefined;
  readonly slots: ReadonlyMap<string, ContainerSlot>;
}

/** Its status; `previous` is the one before, whose transition times go on. */
export function viewStatus(
  moment: PodMoment,
  previous: Pick<PodStatus, 'conditions'> | undefined,
): PodStatus {
  const { request, plan, life, startedAt, prepared, slots } = moment;
  const { node, pod } = request;
  return podStatus({
    pod,
    plan,
    life,
    startedAt,
    now: node.clock.now(),
    hostIP: node.hostIP,
    podIPs: prepared?.facts.podIPs ?? [],
    hasSandbox: prepared !== undefined,
    containers: new Map([...slots].map(([name, slot]) => [name, containerFacts(slot, prepared)])),
    previous,
  });
}

function containerFacts(
  { container, run }: ContainerSlot,
  prepared: PreparedPod | undefined,
): ContainerFacts {
  const resolved = prepared?.images.get(container.container.name);
  return {
    image: container.container.image ?? '',
    imageID: imageOf(run, resolved)?.digest ?? '',
    containerID: run === undefined ? undefined : containerIdOf(run),
    user: run?.created.confinement.user.value,
  };
}

/** What it runs, or ran last; of one that was never made, what it would. */
function imageOf(
  run: ContainerSlot['run'],
  resolved: ImageResolution | undefined,
): UnpackedImage | undefined {
  return run?.created.image ?? (resolved?.ok === true ? resolved.image : undefined);
}

/** Its containers, each with its part of `status`. */
export function viewContainers(moment: PodMoment, status: PodStatus): readonly RunningContainer[] {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  const byName = new Map(all.map((containerStatus) => [containerStatus.name, containerStatus]));
  return moment.plan.containers.flatMap(({ name }) => {
    const slot = moment.slots.get(name);
    const containerStatus = byName.get(name);
    if (slot === undefined || containerStatus === undefined) return [];
    return [{ ...viewContainer(moment, slot), status: containerStatus }];
  });
}

function viewContainer(
  { request, prepared }: PodMoment,
  { container: placed, run }: ContainerSlot,
): Omit<RunningContainer, 'status'> {
  const { type, container } = placed;
  const resolved = prepared?.images.get(container.name);
  // Of a container that was refused: what it would have been.
  const confined =
    run?.created ??
    (prepared === undefined
      ? undefined
      : confine(confineInput(request, prepared.images, placed, prepared.sandbox)));
  return {
    name: container.name,
    type,
    container,
    confinement: confined?.confinement,
    findings: confined?.findings ?? [],
    image: imageOf(run, resolved),
    runtimeContainer: run?.created.runtimeContainer,
    logPath: containerLogPath(request.record.dir, container.name, run?.attempt ?? 0),
  };
}
