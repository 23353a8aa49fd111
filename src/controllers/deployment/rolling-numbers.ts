import type { IntOrString } from '../../kube/meta.ts';
import type { Deployment } from '../../kube/workload-kinds.ts';

/** How far a rollout may go from the replicas that are asked for. */
interface RollingNumbers {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

export function isRollingUpdate({ spec }: Deployment): boolean {
  return spec.strategy?.type !== 'Recreate';
}

export function replicasOf({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}

/** Percentages of the replicas: surge rounds up, unavailable rounds down, and they cannot both be zero. */
export function rollingNumbers(deployment: Deployment): RollingNumbers {
  if (!isRollingUpdate(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const replicas = replicasOf(deployment);
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = resolve(maxSurge, replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, replicas, Math.floor);
  return {
    maxSurge: surge,
    maxUnavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas),
  };
}

function resolve(value: IntOrString, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? Number(value) || 0 : round((Number(percent) * total) / 100);
}
