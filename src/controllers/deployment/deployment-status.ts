import type { Deployment, ReplicaSet } from '../../kube/workload-kinds.ts';
import type { DeploymentStatus } from '../../kube/workload-status.ts';
import { type Conditions, type Finding, withCondition } from '../workload-conditions.ts';
import { allSets, type ReplicaSets, totalSize } from './replica-numbers.ts';
import { replicasOf, rollingNumbers } from './rolling-numbers.ts';

/** What the ReplicaSets add up to, and whether enough of it is available. */
export function deploymentStatus(
  deployment: Deployment,
  sets: ReplicaSets,
  conditions: Conditions,
  nowMs: number,
): DeploymentStatus {
  const all = allSets(sets);
  const available = sum(all, ({ status }) => status?.availableReplicas);
  const minAvailable = replicasOf(deployment) - rollingNumbers(deployment).maxUnavailable;
  const collisionCount = deployment.status?.collisionCount;
  return {
    ...(deployment.metadata.generation !== undefined && {
      observedGeneration: deployment.metadata.generation,
    }),
    ...counted(
      'replicas',
      sum(all, ({ status }) => status?.replicas),
    ),
    ...counted('updatedReplicas', sets.current?.status?.replicas ?? 0),
    ...counted(
      'readyReplicas',
      sum(all, ({ status }) => status?.readyReplicas),
    ),
    ...counted('availableReplicas', available),
    ...counted('unavailableReplicas', Math.max(0, totalSize(all) - available)),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: withCondition(conditions, availability(available >= minAvailable), nowMs),
  };
}

function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, it) => total + (count(it) ?? 0), 0);
}

/** Zero is left out, as upstream's encoder does. */
function counted<K extends string>(name: K, count: number): { readonly [P in K]?: number } {
  if (count === 0) return {};
  const member: { [P in K]?: number } = {};
  member[name] = count;
  return member;
}

function availability(isEnough: boolean): Finding {
  return isEnough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** All pods are of the current template and available, and there are no others. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const replicas = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}
