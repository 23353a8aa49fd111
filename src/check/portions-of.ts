import type { ReadUnit } from './read-unit.ts';

/** What is said of a container is a hundred times as long as what the manifest says of it. */
const MAX_CONTAINERS = 1000;

/** What a unit holds in portions that can be judged and reported one after the other; nearly always one. */
export function portionsOf(read: ReadUnit): Iterable<ReadUnit> {
  // A pod has no more than that.
  return read.workloads.length <= 1 ? [read] : cut(read);
}

function* cut(read: ReadUnit): Generator<ReadUnit> {
  const { workloads, objects } = read;
  let from = 0;
  let containers = 0;
  for (const [index, { pod }] of workloads.entries()) {
    containers += pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0);
    if (containers < MAX_CONTAINERS || index === workloads.length - 1) continue;
    yield { workloads: workloads.slice(from, index + 1), objects: [], problems: [], skipped: [] };
    from = index + 1;
    containers = 0;
  }
  if (from === 0) {
    yield read;
    return;
  }
  const makers = new Set(workloads.map(({ written }) => written));
  const others = objects.filter((object) => !makers.has(object));
  const rest = workloads.slice(from);
  yield { ...read, workloads: rest, objects: [...rest.map(({ written }) => written), ...others] };
}
