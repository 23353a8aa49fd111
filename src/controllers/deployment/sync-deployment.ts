import type { LabelSelector } from '../../kube/meta.ts';
import type { Deployment, ReplicaSet } from '../../kube/workload-kinds.ts';
import type { DeploymentStatus } from '../../kube/workload-status.ts';
import type { ControllerContext } from '../controller.ts';
import { keyFor } from '../object-key.ts';
import { claimObjects, controllerOf } from '../ownership.ts';
import { isFinished } from '../pod-state.ts';
import { isSameValue } from '../same-value.ts';
import type { WorkQueue } from '../work-queue.ts';
import { conditionOf, withCondition } from '../workload-conditions.ts';
import { deploymentStatus, isComplete } from './deployment-status.ts';
import { type Rollout, syncNewReplicaSet } from './new-replica-set.ts';
import { msToDeadline, progressDeadlineMs, progressing, rolloutConditions } from './progress.ts';
import {
  byAge,
  isScalingEvent,
  type ReplicaSets,
  type Scaling,
  scaleAll,
  scaleNewSet,
  scaleOldSets,
  sizeOf,
} from './replica-numbers.ts';
import { revisionOf, sizes } from './revisions.ts';
import { isRollingUpdate } from './rolling-numbers.ts';
import { isSameTemplate } from './template-hash.ts';
import { writeDeploymentStatus } from './write-deployment.ts';

/** One step of a deployment; its ReplicaSets bring it back here when they have followed. */
export async function syncDeployment(
  context: ControllerContext,
  queue: WorkQueue,
  namespace: string,
  name: string,
): Promise<void> {
  const found = context.api.get('Deployment', namespace, name);
  if (found === undefined) return;
  if (selectsEverything(found.spec.selector)) return await refuseSelector(context, found);
  const claimed = await claimObjects(context.api, 'ReplicaSet', found, found.spec.selector ?? {});
  const deployment = withPauseCondition(found, context.clock.now());
  const rollout: Rollout = { deployment, sets: sortSets(deployment, claimed) };
  const status = await advance(context, rollout);
  const delayMs = status && msToDeadline(deployment, status, context.clock.now());
  if (delayMs !== undefined) queue.addAfter(keyFor(namespace, name), delayMs);
}

async function advance(context: ControllerContext, rollout: Rollout): Promise<DeploymentStatus | undefined> {
  const { deployment, sets } = rollout;
  if (deployment.metadata.deletionTimestamp !== undefined) return await writeStatus(context, rollout);
  if (deployment.spec.paused === true) return await resize(context, rollout);
  // To recreate is to resize; of several ReplicaSets only one is left then.
  if (!isRollingUpdate(deployment)) return await recreate(context, rollout);
  return isScalingEvent(deployment, sets) ? await resize(context, rollout) : await rollOver(context, rollout);
}

/** Paused or scaled: sizes change, templates do not. */
async function resize(context: ControllerContext, found: Rollout): Promise<DeploymentStatus | undefined> {
  const rollout = await syncNewReplicaSet(context, found, false);
  const scaled = await scale(context, rollout, scaleAll(rollout.deployment, rollout.sets));
  if (scaled.deployment.spec.paused === true) await removeOldSets(context, scaled);
  return await writeStatus(context, scaled);
}

async function rollOver(context: ControllerContext, found: Rollout): Promise<DeploymentStatus | undefined> {
  const rollout = await syncNewReplicaSet(context, found, true);
  const { deployment, sets } = rollout;
  const up = scaleNewSet(deployment, sets);
  const steps = up === undefined ? scaleOldSets(deployment, sets) : [up];
  return await finishStep(context, await scale(context, rollout, steps));
}

async function recreate(context: ControllerContext, found: Rollout): Promise<DeploymentStatus | undefined> {
  const rollout = await syncNewReplicaSet(context, found, false);
  const down = rollout.sets.old.filter((it) => sizeOf(it) > 0).map((set) => ({ set, replicas: 0 }));
  if (down.length > 0) return await finishStep(context, await scale(context, rollout, down));
  if (haveUnfinishedPods(context, rollout.sets.old)) return await finishStep(context, rollout);
  const created = await syncNewReplicaSet(context, rollout, true);
  const up = scaleNewSet(created.deployment, created.sets);
  return await finishStep(context, await scale(context, created, up === undefined ? [] : [up]));
}

function haveUnfinishedPods({ api }: ControllerContext, sets: readonly ReplicaSet[]): boolean {
  const uids = new Set(sets.map((it) => it.metadata.uid));
  return api
    .list('Pod', sets[0]?.metadata.namespace)
    .some((it) => uids.has(controllerOf(it)?.uid) && !isFinished(it));
}

async function finishStep(
  context: ControllerContext,
  rollout: Rollout,
): Promise<DeploymentStatus | undefined> {
  const { deployment, sets } = rollout;
  const nowMs = context.clock.now();
  const next = deploymentStatus(deployment, sets, deployment.status?.conditions ?? [], nowMs);
  if (isComplete(deployment, next)) await removeOldSets(context, rollout);
  const conditions = rolloutConditions(deployment, sets, next, nowMs);
  return await writeDeploymentStatus(context, deployment, () => ({ ...next, conditions }));
}

async function writeStatus(
  context: ControllerContext,
  { deployment, sets }: Rollout,
): Promise<DeploymentStatus | undefined> {
  const conditions = deployment.status?.conditions ?? [];
  const next = deploymentStatus(deployment, sets, conditions, context.clock.now());
  return await writeDeploymentStatus(context, deployment, () => next);
}

/** Writes new sizes; the rollout goes on with the ReplicaSets as they are then. */
async function scale(
  { api, recorder }: ControllerContext,
  rollout: Rollout,
  steps: readonly Scaling[],
): Promise<Rollout> {
  const { deployment, sets } = rollout;
  const replaced = new Map<ReplicaSet, ReplicaSet>();
  for (const { set, replicas } of steps) {
    const { namespace = '', name = '', uid } = set.metadata;
    const updated = await api.update('ReplicaSet', namespace, name, (current) => {
      const annotations = { ...current.metadata.annotations, ...sizes(deployment) };
      const isSame = sizeOf(current) === replicas && isSameValue(annotations, current.metadata.annotations);
      if (current.metadata.uid !== uid || isSame) return undefined;
      const metadata = { ...current.metadata, annotations };
      return { ...current, metadata, spec: { ...current.spec, replicas } };
    });
    if (updated === undefined) continue;
    replaced.set(set, updated);
    const direction = replicas > sizeOf(set) ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${name} from ${sizeOf(set)} to ${replicas}`;
    if (replicas !== sizeOf(set))
      recorder.record({ about: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  const latest = (set: ReplicaSet): ReplicaSet => replaced.get(set) ?? set;
  return {
    deployment,
    sets: { current: sets.current && latest(sets.current), old: sets.old.map(latest) },
  };
}

/** Beyond the revision history limit, the oldest revisions that have no pods go. */
async function removeOldSets({ api }: ControllerContext, { deployment, sets }: Rollout): Promise<void> {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const alive = sets.old.filter((it) => it.metadata.deletionTimestamp === undefined);
  const surplus = [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, alive.length - limit));
  for (const set of surplus) {
    const { namespace = '', name = '', uid, generation = 0 } = set.metadata;
    const hasFollowed = generation <= (set.status?.observedGeneration ?? 0);
    if (sizeOf(set) > 0 || (set.status?.replicas ?? 0) > 0 || !hasFollowed) continue;
    await api.delete('ReplicaSet', namespace, name, uid === undefined ? {} : { uid });
  }
}

/** The oldest ReplicaSet of the deployment's template is the new one. */
function sortSets({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSets {
  const sorted = [...sets].sort(byAge);
  const current = sorted.find((it) => isSameTemplate(it.spec.template, spec.template));
  return { current, old: sorted.filter((it) => it !== current) };
}

/** While it is paused nothing moves, and no deadline runs. */
function withPauseCondition(deployment: Deployment, nowMs: number): Deployment {
  const conditions = deployment.status?.conditions ?? [];
  const present = conditionOf(conditions, 'Progressing');
  const paused = deployment.spec.paused === true;
  if (progressDeadlineMs(deployment) === undefined || present?.reason === 'ProgressDeadlineExceeded')
    return deployment;
  if (paused === (present?.reason === 'DeploymentPaused')) return deployment;
  const finding = paused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused')
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  return {
    ...deployment,
    status: { ...deployment.status, conditions: withCondition(conditions, finding, nowMs) },
  };
}

function selectsEverything(selector: LabelSelector | undefined): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

async function refuseSelector(context: ControllerContext, deployment: Deployment): Promise<void> {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.';
  context.recorder.record({ about: deployment, type: 'Warning', reason: 'SelectingAll', message });
  const { generation } = deployment.metadata;
  await writeDeploymentStatus(context, deployment, ({ status }) => ({
    ...status,
    ...(generation !== undefined && { observedGeneration: generation }),
  }));
}
