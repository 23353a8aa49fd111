import type { ContainerType } from '../confinement/confinement.ts';
import type { Container, Pod } from '../kube/pod.ts';
import type { BackOffRule } from './back-off.ts';

/** What the life of a pod depends on, taken out of its spec once. */
export interface PodPlan {
  /** Init containers and sidecars in their order, then the main ones, then the ephemeral ones. */
  readonly containers: readonly ContainerPlan[];
  readonly backOff: BackOffRule;
  /** Until a refused container is tried again; undefined: never, the refusal is the result. */
  readonly retryRefusedMs: number | undefined;
}

export interface ContainerPlan {
  readonly name: string;
  readonly type: ContainerType;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly restartRules: readonly RestartRule[];
  readonly hasPostStart: boolean;
  readonly hasStartupProbe: boolean;
  readonly hasReadinessProbe: boolean;
}

/** `restartPolicyRules[]`: the first that matches decides before the policy does. */
export interface RestartRule {
  readonly action: 'Restart';
  readonly operator: 'In' | 'NotIn';
  readonly exitCodes: readonly number[];
}

export interface PlannedContainer {
  readonly type: ContainerType;
  readonly container: Container;
}

/** `containers` as `containersOf` gives them. */
export function podPlan(
  pod: Pod,
  containers: readonly PlannedContainer[],
  options: Pick<PodPlan, 'backOff' | 'retryRefusedMs'>,
): PodPlan {
  const order: readonly (readonly ContainerType[])[] = [['init', 'sidecar'], ['container'], ['ephemeral']];
  return {
    ...options,
    containers: order.flatMap((types) =>
      containers.filter(({ type }) => types.includes(type)).map((planned) => containerPlan(pod, planned)),
    ),
  };
}

function containerPlan(pod: Pod, { type, container }: PlannedContainer): ContainerPlan {
  return {
    name: container.name,
    type,
    restartPolicy: restartPolicyOf(pod, type, container),
    restartRules: (container.restartPolicyRules ?? []).flatMap(readRestartRule),
    hasPostStart: container.lifecycle?.postStart !== undefined,
    hasStartupProbe: container.startupProbe !== undefined,
    hasReadinessProbe: container.readinessProbe !== undefined,
  };
}

function restartPolicyOf(
  pod: Pod,
  type: ContainerType,
  container: Container,
): ContainerPlan['restartPolicy'] {
  if (type === 'sidecar') return 'Always';
  if (type === 'ephemeral') return 'Never';
  if (container.restartPolicy !== undefined) return container.restartPolicy;
  const podPolicy = pod.spec.restartPolicy ?? 'Always';
  // An init container that has done its work is not run again.
  return type === 'init' && podPolicy === 'Always' ? 'OnFailure' : podPolicy;
}

function readRestartRule(rule: unknown): readonly RestartRule[] {
  if (typeof rule !== 'object' || rule === null || !('exitCodes' in rule)) return [];
  const exitCodes = rule.exitCodes;
  if (typeof exitCodes !== 'object' || exitCodes === null) return [];
  const operator = 'operator' in exitCodes && exitCodes.operator === 'NotIn' ? 'NotIn' : 'In';
  const values = 'values' in exitCodes && Array.isArray(exitCodes.values) ? exitCodes.values : [];
  return [{ action: 'Restart', operator, exitCodes: values.filter((value) => typeof value === 'number') }];
}

/** Whether a container that ended with `exitCode` is started again. */
export function restartsAfter(plan: ContainerPlan, exitCode: number): boolean {
  const isInit = plan.type === 'init';
  if (isInit && exitCode === 0) return false;
  if (plan.restartRules.some((rule) => rule.exitCodes.includes(exitCode) === (rule.operator === 'In')))
    return true;
  if (plan.restartPolicy === 'Always') return true;
  return plan.restartPolicy === 'OnFailure' && exitCode !== 0;
}
