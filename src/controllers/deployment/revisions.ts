import type { Deployment, ReplicaSet } from '../../kube/workload-kinds.ts';
import { replicasOf, rollingNumbers } from './rolling-numbers.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Annotations of a Deployment that mean nothing on its ReplicaSets. */
const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);
const maxHistoryLength = 2000;

type Annotations = Readonly<Record<string, string>>;

/** 0 for a set without a revision. */
export function revisionOf({ metadata }: Deployment | ReplicaSet): number {
  const text = metadata.annotations?.[revisionAnnotation] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

export function nextRevision(oldSets: readonly ReplicaSet[]): number {
  return Math.max(0, ...oldSets.map(revisionOf)) + 1;
}

/**
 * The annotations of the ReplicaSet that carries the deployment's template now: the deployment's own, the revision, and
 * the revisions that it carried before.
 */
export function newSetAnnotations(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: number,
): Annotations {
  const present = set?.metadata.annotations ?? {};
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  const annotations = { ...present, ...Object.fromEntries(copied) };
  if (set === undefined) return { ...annotations, [revisionAnnotation]: `${revision}`, ...sizes(deployment) };
  const old = present[revisionAnnotation];
  if (revisionOf(set) >= revision) return annotations;
  return {
    ...annotations,
    [revisionAnnotation]: `${revision}`,
    ...(old !== undefined && history(present, old)),
  };
}

function history(present: Annotations, old: string): Annotations {
  const revisions = (present[historyAnnotation] ?? '').split(',').filter((it) => it !== '');
  if (revisions.at(-1) === old) return {};
  revisions.push(old);
  while (revisions.join(',').length > maxHistoryLength) revisions.shift();
  return { [historyAnnotation]: revisions.join(',') };
}

/** What a ReplicaSet remembers of the deployment's size, by which it is seen that the deployment was scaled. */
export function sizes(deployment: Deployment): Annotations {
  const replicas = replicasOf(deployment);
  return {
    [desiredAnnotation]: `${replicas}`,
    [maxAnnotation]: `${replicas + rollingNumbers(deployment).maxSurge}`,
  };
}
