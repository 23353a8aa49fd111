import { isApiError } from '../../kube/status.ts';
import type { Deployment, ReplicaSet } from '../../kube/workload-kinds.ts';
import type { ControllerContext } from '../controller.ts';
import { errorText } from '../error-text.ts';
import { controllerReference, isControlledBy } from '../ownership.ts';
import { isSameValue } from '../same-value.ts';
import { conditionOf, type Finding, withCondition } from '../workload-conditions.ts';
import { progressDeadlineMs, progressing } from './progress.ts';
import { newSetSize, type ReplicaSets } from './replica-numbers.ts';
import { newSetAnnotations, nextRevision, revisionAnnotation } from './revisions.ts';
import { isSameTemplate, templateHash, templateHashLabel } from './template-hash.ts';
import { writeConditions, writeDeploymentStatus } from './write-deployment.ts';

/** A deployment on its way: with what is to be written of its status, and its ReplicaSets as they are. */
export interface Rollout {
  readonly deployment: Deployment;
  readonly sets: ReplicaSets;
}

/**
 * Brings the ReplicaSet of the deployment's template to its revision, and the deployment to the same; `create` makes it
 * when there is none.
 */
export async function syncNewReplicaSet(
  context: ControllerContext,
  { deployment, sets }: Rollout,
  create: boolean,
): Promise<Rollout> {
  const revision = nextRevision(sets.old);
  const present = sets.current;
  if (present === undefined && !create) return { deployment, sets };
  const set =
    present === undefined
      ? await createReplicaSet(context, deployment, sets, revision)
      : await annotate(context, deployment, present, revision);
  await writeRevision(context, deployment, set.metadata.annotations?.[revisionAnnotation]);
  return {
    deployment: withProgress(deployment, set, present === undefined, context.clock.now()),
    sets: { ...sets, current: set },
  };
}

async function annotate(
  { api }: ControllerContext,
  deployment: Deployment,
  { metadata }: ReplicaSet,
  revision: number,
): Promise<ReplicaSet> {
  const updated = await api.update('ReplicaSet', metadata.namespace ?? '', metadata.name ?? '', (current) => {
    const annotations = newSetAnnotations(deployment, current, revision);
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
    const isSame =
      isSameValue(annotations, current.metadata.annotations ?? {}) &&
      minReadySeconds === (current.spec.minReadySeconds ?? 0);
    if (isSame || current.metadata.uid !== metadata.uid) return undefined;
    return {
      ...current,
      metadata: { ...current.metadata, annotations },
      spec: { ...current.spec, minReadySeconds },
    };
  });
  if (updated === undefined) throw new Error(`ReplicaSet ${metadata.name ?? ''} is gone`);
  return updated;
}

/** As the API stores it; its name says its template. */
function buildReplicaSet(deployment: Deployment, sets: ReplicaSets, revision: number): ReplicaSet {
  const { metadata, spec } = deployment;
  const hash = templateHash(spec.template, deployment.status?.collisionCount ?? 0);
  const labels = { ...spec.template.metadata?.labels, [templateHashLabel]: hash };
  const selector = {
    ...spec.selector,
    matchLabels: { ...spec.selector?.matchLabels, [templateHashLabel]: hash },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name ?? ''}-${hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      annotations: newSetAnnotations(deployment, undefined, revision),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newSetSize(deployment, sets.old, 0),
      selector,
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      ...(spec.minReadySeconds !== undefined &&
        spec.minReadySeconds > 0 && { minReadySeconds: spec.minReadySeconds }),
    },
  };
}

async function createReplicaSet(
  context: ControllerContext,
  deployment: Deployment,
  sets: ReplicaSets,
  revision: number,
): Promise<ReplicaSet> {
  const { api, recorder } = context;
  const wanted = buildReplicaSet(deployment, sets, revision);
  try {
    const created = await api.create('ReplicaSet', wanted);
    const replicas = wanted.spec.replicas ?? 0;
    const message = `Scaled up replica set ${wanted.metadata.name ?? ''} from 0 to ${replicas}`;
    if (replicas > 0)
      recorder.record({ about: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message });
    return created;
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return await resolveCollision(context, deployment, wanted, error);
    const message = `Failed to create new replica set "${wanted.metadata.name ?? ''}": ${errorText(error)}`;
    recorder.record({ about: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message });
    await writeConditions(context, deployment, (conditions, nowMs) =>
      withCondition(conditions, progressing('False', 'ReplicaSetCreateError', message), nowMs),
    );
    throw error;
  }
}

/** The name is taken: by our own ReplicaSet, or by another one, and then the next attempt hashes differently. */
async function resolveCollision(
  context: ControllerContext,
  deployment: Deployment,
  { metadata, spec }: ReplicaSet,
  error: Error,
): Promise<ReplicaSet> {
  const taken = context.api.get('ReplicaSet', metadata.namespace ?? '', metadata.name ?? '');
  if (
    taken !== undefined &&
    isControlledBy(taken, deployment) &&
    isSameTemplate(taken.spec.template, spec.template)
  )
    return taken;
  await writeDeploymentStatus(context, deployment, (current) => ({
    ...current.status,
    collisionCount: (current.status?.collisionCount ?? 0) + 1,
  }));
  throw error;
}

async function writeRevision(
  { api }: ControllerContext,
  { metadata }: Deployment,
  revision: string | undefined,
): Promise<void> {
  if (revision === undefined || metadata.annotations?.[revisionAnnotation] === revision) return;
  await api.update('Deployment', metadata.namespace ?? '', metadata.name ?? '', (current) => {
    const { annotations } = current.metadata;
    if (annotations?.[revisionAnnotation] === revision) return undefined;
    const next = { ...annotations, [revisionAnnotation]: revision };
    return { ...current, metadata: { ...current.metadata, annotations: next } };
  });
}

/** The deployment with the condition that its rollout began with; written with the rest of its status. */
function withProgress(
  deployment: Deployment,
  { metadata }: ReplicaSet,
  isNew: boolean,
  nowMs: number,
): Deployment {
  const conditions = deployment.status?.conditions ?? [];
  if (progressDeadlineMs(deployment) === undefined) return deployment;
  if (!isNew && conditionOf(conditions, 'Progressing') !== undefined) return deployment;
  const finding: Finding = isNew
    ? progressing('True', 'NewReplicaSetCreated', `Created new replica set "${metadata.name ?? ''}"`)
    : progressing('True', 'FoundNewReplicaSet', `Found new replica set "${metadata.name ?? ''}"`);
  const status = { ...deployment.status, conditions: withCondition(conditions, finding, nowMs) };
  return { ...deployment, status };
}
