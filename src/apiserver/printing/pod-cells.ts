import type { Pod } from '../../kube/pod.ts';
import type { ContainerStatus, TerminatedState } from '../../kube/pod-status.ts';
import { ageOf } from './age.ts';

/** READY, STATUS and RESTARTS of a pod, by upstream's `printPod`. */
export interface PodCells {
  /** `1/2` */
  readonly ready: string;
  readonly status: string;
  /** `3 (5m ago)` */
  readonly restarts: string;
}

export function podCells(pod: Pod, nowMs: number): PodCells {
  const init = initProgress(pod);
  const isInitialized = hasCondition(pod, 'Initialized');
  const judgeMain = init.reason === undefined || isInitialized;
  const main = judgeMain ? mainProgress(pod) : undefined;
  const counted = main === undefined ? init.all : add(init.sidecars, main.restarts);
  const ready = init.ready + (main?.ready ?? 0);
  const total = pod.spec.containers.length + sidecarNames(pod).size;
  return {
    ready: `${ready}/${total}`,
    status: statusOf(pod, init.reason, main),
    restarts: restartsText(counted, nowMs),
  };
}

/** How often containers were restarted, and the latest end of one that was. */
interface Restarts {
  readonly count: number;
  readonly last: string;
}

const NONE: Restarts = { count: 0, last: '' };

function add(a: Restarts, b: Restarts): Restarts {
  return { count: a.count + b.count, last: a.last > b.last ? a.last : b.last };
}

function restartsOf(statuses: readonly ContainerStatus[]): Restarts {
  return statuses
    .map(({ restartCount, lastState }) => ({
      count: restartCount,
      last: lastState.terminated?.finishedAt ?? '',
    }))
    .reduce(add, NONE);
}

function restartsText({ count, last }: Restarts, nowMs: number): string {
  return count !== 0 && last !== '' ? `${count} (${ageOf(last, nowMs)} ago)` : String(count);
}

interface InitProgress {
  /** `Init:0/2`; undefined when nothing is left to initialize. */
  readonly reason: string | undefined;
  readonly ready: number;
  readonly all: Restarts;
  readonly sidecars: Restarts;
}

function initProgress(pod: Pod): InitProgress {
  const sidecars = sidecarNames(pod);
  const seen: ContainerStatus[] = [];
  const statuses = pod.status?.initContainerStatuses ?? [];
  let ready = 0;
  let reason: string | undefined;
  for (const [index, status] of statuses.entries()) {
    seen.push(status);
    if (status.state.terminated?.exitCode === 0) continue;
    if (sidecars.has(status.name) && status.started) {
      if (status.ready) ready += 1;
      continue;
    }
    reason = initReason(status, index, pod.spec.initContainers?.length ?? 0);
    break;
  }
  const ofSidecars = seen.filter(({ name }) => sidecars.has(name));
  return { reason, ready, all: restartsOf(seen), sidecars: restartsOf(ofSidecars) };
}

function initReason({ state }: ContainerStatus, index: number, count: number): string {
  if (state.terminated !== undefined) return `Init:${terminatedReason(state.terminated)}`;
  const waiting = state.waiting?.reason ?? '';
  if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
  return `Init:${index}/${count}`;
}

function terminatedReason({ reason, signal, exitCode }: TerminatedState): string {
  if (reason !== '') return reason;
  return signal !== undefined && signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

interface MainProgress {
  /** Of the first container that is not simply running. */
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: Restarts;
}

function mainProgress(pod: Pod): MainProgress {
  const statuses = pod.status?.containerStatuses ?? [];
  const reason = statuses.map(mainReason).find((it) => it !== undefined);
  const isRunning = (status: ContainerStatus): boolean =>
    mainReason(status) === undefined && status.ready && status.state.running !== undefined;
  return { reason, ready: statuses.filter(isRunning).length, restarts: restartsOf(statuses) };
}

function mainReason({ state }: ContainerStatus): string | undefined {
  const waiting = state.waiting?.reason ?? '';
  if (waiting !== '') return waiting;
  return state.terminated && terminatedReason(state.terminated);
}

function statusOf(pod: Pod, initReason: string | undefined, main: MainProgress | undefined): string {
  const { status, metadata } = pod;
  if (metadata.deletionTimestamp !== undefined) {
    if (status?.reason === 'NodeLost') return 'Unknown';
    if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed') return 'Terminating';
  }
  const reason = main?.reason ?? initReason ?? podReason(pod);
  // A container that ended well beside one that runs does not end the pod.
  if (reason === 'Completed' && main !== undefined && main.ready > 0) {
    return hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  return reason;
}

function podReason({ status }: Pod): string {
  const gated = (status?.conditions ?? []).some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  if (gated) return 'SchedulingGated';
  return status?.reason || (status?.phase ?? '');
}

function hasCondition({ status }: Pod, wanted: string): boolean {
  return (status?.conditions ?? []).some((it) => it.type === wanted && it.status === 'True');
}

/** Init containers that go on beside the main ones. */
function sidecarNames({ spec }: Pod): ReadonlySet<string> {
  const all = spec.initContainers ?? [];
  return new Set(all.filter((it) => it.restartPolicy === 'Always').map(({ name }) => name));
}
