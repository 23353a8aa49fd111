import type { EventRecorder, ObjectReader } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodEventRecord } from '../node/running-pod.ts';

interface Reporting {
  readonly api: ObjectReader;
  readonly recorder: EventRecorder;
}

/** Tells the API what happened to a pod, about the container that it happened to. `known` is the pod as it once was. */
export function reportEvent({ api, recorder }: Reporting, known: Pod, event: PodEventRecord): void {
  const { namespace = 'default', name = '', uid } = known.metadata;
  const current = api.get('Pod', namespace, name);
  const about = current !== undefined && current.metadata.uid === uid ? current : known;
  const { type, reason, message, container } = event;
  const fieldPath = container === undefined ? undefined : fieldPathOf(about, container);
  recorder.record({ about, type, reason, message, ...(fieldPath !== undefined && { fieldPath }) });
}

function fieldPathOf({ spec }: Pod, container: string): string {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const;
  const list = lists.find((name) => (spec[name] ?? []).some((candidate) => candidate.name === container));
  return `spec.${list ?? 'containers'}{${container}}`;
}
