import type { Pod } from '../kube/pod.ts';
import type { PodCondition, PodConditionType, PodPhase, PodStatus } from '../kube/pod-status.ts';

/** The conditions that are the kubelet's to set; others are kept as they are. */
const own: readonly PodConditionType[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
];

export function isTerminal(phase: PodPhase | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/**
 * The status that the API gets: what the node sees, in the frame of what others have written. A pod that is over stays
 * so, whatever is seen of it afterwards.
 */
export function mergeStatus(pod: Pod, observed: PodStatus, proof: PodCondition | undefined): PodStatus {
  const current = pod.status;
  if (current !== undefined && isTerminal(current.phase) && !isTerminal(observed.phase)) return current;
  const { generation } = pod.metadata;
  const { nominatedNodeName, resourceClaimStatuses, extendedResourceClaimStatus } = current ?? {};
  const { podIP = current?.podIP, podIPs = current?.podIPs } = observed;
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...observed,
    ...(current !== undefined && isTerminal(current.phase) && { phase: current.phase }),
    conditions: mergeConditions(pod, observed, proof),
    ...(podIP !== undefined && { podIP }),
    ...(podIPs !== undefined && { podIPs }),
    ...(current?.startTime !== undefined && { startTime: current.startTime }),
    ...(nominatedNodeName !== undefined && { nominatedNodeName }),
    ...(resourceClaimStatuses !== undefined && { resourceClaimStatuses }),
    ...(extendedResourceClaimStatus !== undefined && { extendedResourceClaimStatus }),
  };
}

function mergeConditions(
  pod: Pod,
  observed: PodStatus,
  proof: PodCondition | undefined,
): readonly PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const seen = observed.conditions
    .filter(({ type }) => own.includes(type))
    .map((condition) => (condition.type === 'Ready' ? readyByGates(pod, condition) : condition));
  const given = proof === undefined ? seen : [...seen, proof];
  const kept = before.filter(({ type }) => !given.some((condition) => condition.type === type));
  const scheduled = observed.conditions.filter(
    ({ type }) => type === 'PodScheduled' && !kept.some((condition) => condition.type === type),
  );
  const { generation } = pod.metadata;
  const dated = given.map((condition) => ({
    ...withItsTime(condition, before),
    ...(generation !== undefined && { observedGeneration: generation }),
  }));
  return [...dated, ...kept, ...scheduled];
}

function withItsTime(condition: PodCondition, before: readonly PodCondition[]): PodCondition {
  const last = before.find(({ type }) => type === condition.type);
  return last?.status === condition.status
    ? { ...condition, lastTransitionTime: last.lastTransitionTime }
    : condition;
}

/** `readinessGates`: conditions that somebody else sets count too, once the containers are ready. */
function readyByGates(pod: Pod, ready: PodCondition): PodCondition {
  if (ready.status !== 'True') return ready;
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = pod.status?.conditions.find(({ type }) => type === conditionType);
    if (gate === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (gate.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (messages.length === 0) return ready;
  return { ...ready, status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}
