import type { ProcessUser } from '../confinement/confinement.ts';
import type { Pod } from '../kube/pod.ts';
import type {
  ContainerState,
  ContainerStatus,
  PodCondition,
  PodConditionType,
  PodPhase,
  PodStatus,
  TerminatedState,
} from '../kube/pod-status.ts';
import { qosClassOf } from '../kube/qos-class.ts';
import { type ContainerLife, isMadeBefore, type Termination } from './container-life.ts';
import { goDuration } from './go-duration.ts';
import type { PodLife } from './pod-life.ts';
import { podName } from './pod-name.ts';
import type { ContainerPlan, PodPlan } from './pod-plan.ts';

/** What is known of a pod beside its life. */
export interface StatusFacts {
  readonly pod: Pod;
  readonly plan: PodPlan;
  readonly life: PodLife;
  readonly startedAt: number;
  readonly now: number;
  readonly hostIP: string | undefined;
  /** Empty until there is a sandbox, and without a network. */
  readonly podIPs: readonly string[];
  readonly hasSandbox: boolean;
  readonly containers: ReadonlyMap<string, ContainerFacts>;
  /** The status before, for the conditions' transition times. */
  readonly previous: Pick<PodStatus, 'conditions'> | undefined;
}

export interface ContainerFacts {
  readonly image: string;
  readonly imageID: string;
  readonly containerID: string | undefined;
  readonly user: ProcessUser | undefined;
}

/** Kubernetes' own status of the pod. */
export function podStatus(facts: StatusFacts): PodStatus {
  const { plan, life, podIPs, hostIP } = facts;
  const statuses = (types: readonly ContainerPlan['type'][]): readonly ContainerStatus[] =>
    plan.containers
      .filter(({ type }) => types.includes(type))
      .map((planned) => containerStatus(facts, planned));
  const init = statuses(['init', 'sidecar']);
  const main = statuses(['container']).toSorted(byName);
  const ephemeral = statuses(['ephemeral']).toSorted(byName);
  const { generation } = facts.pod.metadata;
  const phase = podPhase(plan, life);
  const [podIP] = podIPs;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    ...failure(life),
    conditions: conditions(facts, phase),
    ...(hostIP === undefined ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
    ...(podIP === undefined ? {} : { podIP, podIPs: podIPs.map((ip) => ({ ip })) }),
    startTime: timestamp(facts.startedAt),
    qosClass: qosClassOf(facts.pod),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: main,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
  };
}

/** The kubelet's order; init containers stay in that of the spec. */
function byName(one: ContainerStatus, other: ContainerStatus): number {
  return one.name < other.name ? -1 : 1;
}

function failure(life: PodLife): { readonly reason?: string; readonly message?: string } {
  if (life.stage === 'refused') return { reason: life.reason, message: life.message };
  if ((life.stage === 'stopping' || life.stage === 'finished') && life.cause.kind === 'failed')
    return { reason: life.cause.reason, message: life.cause.message };
  return {};
}

/** The phase, counted from the containers as the kubelet counts it. */
export function podPhase(plan: PodPlan, life: PodLife): PodPhase {
  const ending = life.stage === 'stopping' || life.stage === 'finished' ? life.cause.kind : undefined;
  if (ending === 'failed' || ending === 'init-failed') return 'Failed';
  const hasInit = plan.containers.some(({ type }) => type === 'init' || type === 'sidecar');
  if (life.stage === 'refused' || (hasInit && hasInitAhead(life))) return 'Pending';
  const main = plan.containers
    .filter(({ type }) => type === 'container')
    .map(({ name }) => life.containers.get(name))
    .filter((container) => container !== undefined);
  if (main.some(hasNeverRun)) return 'Pending';
  if (life.stage !== 'finished' || life.cause.kind === 'halted') return 'Running';
  return main.every((container) => endOf(container)?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function hasInitAhead({ stage }: PodLife): boolean {
  return stage === 'preparing' || stage === 'initializing';
}

function hasNeverRun(container: ContainerLife): boolean {
  const { state } = container.run;
  const isWaiting = state === 'pending' || state === 'starting' || state === 'refused';
  return isWaiting && container.lastTermination === undefined;
}

function endOf(container: ContainerLife): Termination | undefined {
  const { run } = container;
  return run.state === 'terminated' ? run.termination : container.lastTermination;
}

function containerStatus(facts: StatusFacts, planned: ContainerPlan): ContainerStatus {
  const life: ContainerLife = facts.life.containers.get(planned.name) ?? {
    run: { state: 'pending' },
    restartCount: 0,
  };
  const known = facts.containers.get(planned.name);
  const { run } = life;
  const user = known?.user;
  const isUp = run.state === 'running' && run.step === 'up';
  const isDoneInit = planned.type === 'init' && endOf(life)?.exitCode === 0;
  return {
    name: planned.name,
    state: containerState(facts, planned, life),
    lastState: lastState(life),
    ready: isDoneInit || (run.state === 'running' && run.ready && planned.type !== 'init'),
    started: isUp && planned.type !== 'ephemeral',
    restartCount: shownRestarts(life),
    image: known?.image ?? '',
    imageID: known?.imageID ?? '',
    ...(known?.containerID === undefined ? {} : { containerID: known.containerID }),
    ...(user === undefined || user.uid === null || user.gid === null || run.state !== 'running'
      ? {}
      : { user: { linux: { uid: user.uid, gid: user.gid, supplementalGroups: user.groups } } }),
  };
}

/** As the kubelet counts them: the containers that were made after the first. */
function shownRestarts({ run, restartCount, lastTermination }: ContainerLife): number {
  const isUnmade = run.state === 'starting' || (run.state === 'refused' && !isMadeBefore(run));
  return isUnmade && lastTermination !== undefined ? restartCount - 1 : restartCount;
}

function containerState(facts: StatusFacts, planned: ContainerPlan, life: ContainerLife): ContainerState {
  const { run } = life;
  switch (run.state) {
    case 'pending':
      return { waiting: { reason: defaultWaitingReason(facts) } };
    case 'starting':
      return stateBeforeStart(life, run.refusal) ?? { waiting: { reason: defaultWaitingReason(facts) } };
    case 'refused':
      return { waiting: { reason: run.reason, message: run.message } };
    case 'running':
      return { running: { startedAt: timestamp(run.startedAt) } };
    case 'backing-off':
      return {
        waiting: { reason: 'CrashLoopBackOff', message: backOffMessage(facts.pod, planned, run.delayMs) },
      };
    case 'terminated':
      return { terminated: terminatedState(run.termination) };
  }
}

/** Until there is a new one the kubelet tells what became of the last: why it could not be started, or how it ended. */
function stateBeforeStart(
  { lastTermination }: ContainerLife,
  refusal: { readonly reason: string; readonly message: string } | undefined,
): ContainerState | undefined {
  if (refusal !== undefined) return { waiting: refusal };
  return lastTermination === undefined ? undefined : { terminated: terminatedState(lastTermination) };
}

/** By the pod, whatever it has come to (`convertToAPIContainerStatuses` of the kubelet). */
function defaultWaitingReason({ plan }: StatusFacts): string {
  const hasInit = plan.containers.some(({ type }) => type === 'init' || type === 'sidecar');
  return hasInit ? 'PodInitializing' : 'ContainerCreating';
}

function backOffMessage(pod: Pod, planned: ContainerPlan, delayMs: number): string {
  return `back-off ${goDuration(delayMs)} restarting failed container=${planned.name} pod=${podName(pod)}`;
}

function lastState(life: ContainerLife): ContainerState {
  const { run } = life;
  const last = run.state === 'backing-off' ? run.termination : life.lastTermination;
  const isShownAsState = run.state === 'starting' && run.refusal === undefined;
  return last === undefined || isShownAsState ? {} : { terminated: terminatedState(last) };
}

function terminatedState(termination: Termination): TerminatedState {
  const { exitCode, reason, message, startedAt, finishedAt, containerID } = termination;
  return {
    exitCode,
    reason,
    ...(message === undefined || message === '' ? {} : { message }),
    ...(startedAt === undefined ? {} : { startedAt: timestamp(startedAt) }),
    finishedAt: timestamp(finishedAt),
    ...(containerID === undefined ? {} : { containerID }),
  };
}

function conditions(facts: StatusFacts, phase: PodPhase): readonly PodCondition[] {
  const initialized = initializedReason(facts, phase);
  const ready = readyReason(facts, phase);
  return [
    condition(facts, 'PodReadyToStartContainers', facts.hasSandbox, undefined),
    condition(facts, 'Initialized', initialized?.reason !== 'ContainersNotInitialized', initialized),
    condition(facts, 'Ready', ready === undefined, ready),
    condition(facts, 'ContainersReady', ready === undefined, ready),
    condition(facts, 'PodScheduled', true, undefined),
  ];
}

/** `GeneratePodInitializedCondition` of the kubelet: once a main container has run, init containers are not asked again. */
function initializedReason({ plan, life }: StatusFacts, phase: PodPhase): ConditionReason | undefined {
  if (phase === 'Succeeded') return { reason: 'PodCompleted', message: undefined };
  const hasStarted = ofTypes(plan, ['container']).some(({ name }) => hasRun(life.containers.get(name)));
  if (hasStarted) return undefined;
  const incomplete = ofTypes(plan, ['init', 'sidecar']).filter((planned) => !isInitialized(planned, life));
  return incompleteReason('ContainersNotInitialized', 'incomplete', incomplete);
}

function readyReason({ plan, life }: StatusFacts, phase: PodPhase): ConditionReason | undefined {
  if (phase === 'Succeeded') return { reason: 'PodCompleted', message: undefined };
  if (phase === 'Failed') return { reason: 'PodFailed', message: undefined };
  const unready = ofTypes(plan, ['container', 'sidecar']).filter(({ name }) => {
    const run = life.containers.get(name)?.run;
    return !(run?.state === 'running' && run.ready);
  });
  return incompleteReason('ContainersNotReady', 'unready', unready);
}

function ofTypes(plan: PodPlan, types: readonly ContainerPlan['type'][]): readonly ContainerPlan[] {
  return plan.containers.filter(({ type }) => types.includes(type));
}

function hasRun(container: ContainerLife | undefined): boolean {
  return container !== undefined && !hasNeverRun(container);
}

function isInitialized(planned: ContainerPlan, life: PodLife): boolean {
  const run = life.containers.get(planned.name)?.run;
  return planned.type === 'sidecar'
    ? run?.state === 'running' && run.step === 'up'
    : run?.state === 'terminated' && run.termination.exitCode === 0;
}

interface ConditionReason {
  readonly reason: string;
  readonly message: string | undefined;
}

function incompleteReason(
  reason: string,
  status: string,
  containers: readonly ContainerPlan[],
): ConditionReason | undefined {
  if (containers.length === 0) return undefined;
  return {
    reason,
    message: `containers with ${status} status: [${containers.map(({ name }) => name).join(' ')}]`,
  };
}

function condition(
  facts: StatusFacts,
  type: PodConditionType,
  holds: boolean,
  why: ConditionReason | undefined,
): PodCondition {
  const status = holds ? 'True' : 'False';
  const before = facts.previous?.conditions.find((candidate) => candidate.type === type);
  return {
    type,
    status,
    ...(why === undefined ? {} : { reason: why.reason }),
    ...(why?.message === undefined ? {} : { message: why.message }),
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(facts.now),
  };
}

/** RFC 3339 to the second, as `meta/v1` Time is written. */
function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
