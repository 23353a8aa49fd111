import type { Deployment } from '../../kube/workload-kinds.ts';
import type { DeploymentStatus } from '../../kube/workload-status.ts';
import type { ControllerContext } from '../controller.ts';
import { isSameValue } from '../same-value.ts';
import type { Conditions } from '../workload-conditions.ts';

/** Writes the status when it differs; resolves to it. */
export async function writeDeploymentStatus(
  { api }: ControllerContext,
  { metadata }: Deployment,
  change: (current: Deployment) => DeploymentStatus,
): Promise<DeploymentStatus | undefined> {
  const { namespace = '', name = '', uid } = metadata;
  const updated = await api.update(
    'Deployment',
    namespace,
    name,
    (current) => {
      if (current.metadata.uid !== uid) return undefined;
      const status = change(current);
      return isSameValue(status, current.status ?? {}) ? undefined : { ...current, status };
    },
    'status',
  );
  return updated?.status;
}

export async function writeConditions(
  context: ControllerContext,
  deployment: Deployment,
  change: (conditions: Conditions, nowMs: number) => Conditions,
): Promise<void> {
  await writeDeploymentStatus(context, deployment, ({ status }) => ({
    ...status,
    conditions: change(status?.conditions ?? [], context.clock.now()),
  }));
}
