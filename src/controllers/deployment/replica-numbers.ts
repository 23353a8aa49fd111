import type { Deployment, ReplicaSet } from '../../kube/workload-kinds.ts';
import { millisecondsOf } from '../clock.ts';
import { desiredAnnotation, maxAnnotation } from './revisions.ts';
import { isRollingUpdate, replicasOf, rollingNumbers } from './rolling-numbers.ts';

/** The ReplicaSets of a deployment: the one of its template, if there is one yet, and all others, oldest first. */
export interface ReplicaSets {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** What a ReplicaSet is to be scaled to. */
export interface Scaling {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

export function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

export function totalSize(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, it) => sum + sizeOf(it), 0);
}

/** Of one that was just made smaller no more than it will have: its status tells of pods that are going. */
function availableOf(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, it) => sum + Math.min(sizeOf(it), it.status?.availableReplicas ?? 0), 0);
}

export function allSets({ current, old }: ReplicaSets): readonly ReplicaSet[] {
  return current === undefined ? old : [...old, current];
}

export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return createdMs(a) - createdMs(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);
}

function createdMs({ metadata }: ReplicaSet): number {
  return millisecondsOf(metadata.creationTimestamp) ?? 0;
}

/** How large the new ReplicaSet may be now: in a rolling update as far as the surge lets it. */
export function newSetSize(deployment: Deployment, sets: readonly ReplicaSet[], size: number): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return replicas;
  const room = replicas + rollingNumbers(deployment).maxSurge - totalSize(sets);
  return room <= 0 ? size : size + Math.min(room, replicas - size);
}

/** The next step of the new ReplicaSet; undefined when it is what it should be. */
export function scaleNewSet(deployment: Deployment, sets: ReplicaSets): Scaling | undefined {
  const { current } = sets;
  if (current === undefined) return undefined;
  const size = sizeOf(current);
  const replicas = Math.min(newSetSize(deployment, allSets(sets), size), replicasOf(deployment));
  return replicas === size ? undefined : { set: current, replicas };
}

/**
 * What may be taken from the old ReplicaSets now: first pods that are not available anyway, oldest set first, then
 * available ones, as far as enough stay available.
 */
export function scaleOldSets(deployment: Deployment, sets: ReplicaSets): readonly Scaling[] {
  if (totalSize(sets.old) === 0) return [];
  const minAvailable = replicasOf(deployment) - rollingNumbers(deployment).maxUnavailable;
  const { current } = sets;
  const newUnavailable = current === undefined ? 0 : Math.max(0, sizeOf(current) - availableOf([current]));
  const mayGo = totalSize(allSets(sets)) - minAvailable - newUnavailable;
  const left = new Map(sets.old.map((it) => [it, sizeOf(it)]));
  let unhealthy = mayGo;
  for (const set of sets.old) {
    const taken = Math.max(0, Math.min(unhealthy, sizeOf(set) - availableOf([set])));
    left.set(set, sizeOf(set) - taken);
    unhealthy -= taken;
  }
  let healthy = Math.min(mayGo, availableOf(allSets(sets)) - minAvailable);
  for (const set of mayGo > 0 ? sets.old : []) {
    const taken = Math.max(0, Math.min(healthy, left.get(set) ?? 0));
    left.set(set, (left.get(set) ?? 0) - taken);
    healthy -= taken;
  }
  return [...left]
    .filter(([set, replicas]) => replicas !== sizeOf(set))
    .map(([set, replicas]) => ({ set, replicas }));
}

/** Whether the deployment was scaled since its ReplicaSets were. */
export function isScalingEvent(deployment: Deployment, sets: ReplicaSets): boolean {
  return allSets(sets).some((set) => {
    const desired = annotatedNumber(set, desiredAnnotation);
    return sizeOf(set) > 0 && desired !== undefined && desired !== replicasOf(deployment);
  });
}

/** Brings all ReplicaSets to the size of a deployment that was scaled or is paused, in proportion. */
export function scaleAll(deployment: Deployment, sets: ReplicaSets): readonly Scaling[] {
  const replicas = replicasOf(deployment);
  const active = allSets(sets).filter((it) => sizeOf(it) > 0);
  const only = active.length <= 1 ? (active[0] ?? sets.current ?? sets.old.at(-1)) : undefined;
  if (only !== undefined) return [{ set: only, replicas }];
  if (isSaturated(deployment, sets.current))
    return sets.old.filter((it) => sizeOf(it) > 0).map((set) => ({ set, replicas: 0 }));
  return isRollingUpdate(deployment) ? inProportion(deployment, active) : [];
}

/** The new ReplicaSet has all pods that are asked for, and they are available. */
function isSaturated(deployment: Deployment, set: ReplicaSet | undefined): boolean {
  const replicas = replicasOf(deployment);
  return (
    set !== undefined &&
    sizeOf(set) === replicas &&
    annotatedNumber(set, desiredAnnotation) === replicas &&
    set.status?.availableReplicas === replicas
  );
}

function inProportion(deployment: Deployment, active: readonly ReplicaSet[]): readonly Scaling[] {
  const replicas = replicasOf(deployment);
  const allowed = replicas > 0 ? replicas + rollingNumbers(deployment).maxSurge : 0;
  const toAdd = allowed - totalSize(active);
  // The largest first; of equals the newest grows and the oldest shrinks.
  const sorted = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)));
  let added = 0;
  const scaled = sorted.map((set) => {
    const rest = toAdd - added;
    const share = shareOf(deployment, set, allowed);
    const change = toAdd > 0 ? Math.min(share, rest) : Math.max(share, rest);
    added += toAdd === 0 || rest === 0 ? 0 : change;
    return { set, replicas: sizeOf(set) + (toAdd === 0 || rest === 0 ? 0 : change) };
  });
  const [largest, ...others] = scaled;
  if (largest === undefined) return [];
  return [{ ...largest, replicas: Math.max(0, largest.replicas + toAdd - added) }, ...others];
}

function shareOf(deployment: Deployment, set: ReplicaSet, allowed: number): number {
  if (replicasOf(deployment) === 0) return -sizeOf(set);
  const before = annotatedNumber(set, maxAnnotation) ?? deployment.status?.replicas ?? 0;
  return before === 0 ? 0 : Math.round((sizeOf(set) * allowed) / before) - sizeOf(set);
}

function annotatedNumber({ metadata }: ReplicaSet, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation] ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
