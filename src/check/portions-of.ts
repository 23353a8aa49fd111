import type { ReadUnit } from './read-unit.ts';

/** A dump of a cluster is one document with thousands of pods; what is said about a pod is many times as long as the pod. */
const MAX_WORKLOADS = 500;

/** A unit in portions that can be judged and reported one after the other; nearly every unit is one. */
export function* portionsOf(read: ReadUnit): Generator<ReadUnit> {
  const { workloads, objects } = read;
  if (workloads.length <= MAX_WORKLOADS) {
    yield read;
    return;
  }
  for (let at = 0; at < workloads.length; at += MAX_WORKLOADS) {
    yield {
      workloads: workloads.slice(at, at + MAX_WORKLOADS),
      objects: [],
      problems: [],
      skipped: [],
    };
  }
  const makers = new Set(workloads.map(({ written }) => written));
  yield { ...read, workloads: [], objects: objects.filter((object) => !makers.has(object)) };
}
