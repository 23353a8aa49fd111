import type { EventRecorder } from '../kube/object-api.ts';
import type { Pod } from '../kube/pod.ts';
import type { PodEventRecord } from '../node/running-pod.ts';

/** Tells the API what happened to a pod, about the container that it happened to. */
export function reportEvent(recorder: EventRecorder, pod: Pod, event: PodEventRecord): void {
  const { type, reason, message, container } = event;
  const fieldPath = container === undefined ? undefined : fieldPathOf(pod, container);
  recorder.record({ about: pod, type, reason, message, ...(fieldPath !== undefined && { fieldPath }) });
}

function fieldPathOf({ spec }: Pod, container: string): string | undefined {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const;
  const list = lists.find((name) => (spec[name] ?? []).some((candidate) => candidate.name === container));
  return list === undefined ? undefined : `spec.${list}{${container}}`;
}
