import type { Deployment } from '../../kube/workload-kinds.ts';
import type { DeploymentStatus } from '../../kube/workload-status.ts';
import type { ControllerContext } from '../controller.ts';
import type { Conditions } from '../workload-conditions.ts';
import { writeStatus } from '../write-status.ts';

/** Writes the status when it differs; resolves to it. */
export async function writeDeploymentStatus(
  { api }: ControllerContext,
  deployment: Deployment,
  change: (current: Deployment) => DeploymentStatus,
): Promise<DeploymentStatus | undefined> {
  const written = await writeStatus(api, 'Deployment', deployment, change);
  return written?.status;
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
