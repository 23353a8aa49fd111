import { vi } from 'vitest';
import type { Event } from '../../src/kube/event.ts';
import type { Pod } from '../../src/kube/pod.ts';
import type { ContainerStatus, PodCondition, PodStatus } from '../../src/kube/pod-status.ts';
import type { Kubectl } from './kubectl.ts';

/** What a person sees of a pod with kubectl, with `UID` and `IP` in place of what differs from run to run. */
export interface PodStory {
  readonly pod: Pod;
  readonly status: PodStatus;
  /** `TYPE REASON MESSAGE`, in the order of their first time; those of a container after `CONTAINER: `. */
  readonly events: readonly string[];
}

/** Everything at once, so that a poll costs one kubectl. */
export async function podStory(kubectl: Kubectl, name: string): Promise<PodStory> {
  const list: { readonly items: readonly (Pod | Event)[] } = JSON.parse(
    await kubectl.ok(['get', 'pods,events', '-o', 'json']),
  );
  const pod = list.items.find((item): item is Pod => item.kind === 'Pod' && item.metadata.name === name);
  if (pod?.status === undefined) throw new Error(`there is no pod "${name}" with a status`);
  const { uid = '' } = pod.metadata;
  const { podIP = '-' } = pod.status;
  const neutral = (text: string): string => text.replaceAll(uid, 'UID').replaceAll(podIP, 'IP');
  const events = list.items
    .filter((item): item is Event => item.kind === 'Event' && 'involvedObject' in item)
    .filter(({ involvedObject }) => involvedObject.uid === uid)
    .map(({ type, reason, message, involvedObject }) => {
      const container = /\{(.*)\}/.exec(involvedObject.fieldPath ?? '')?.[1];
      return `${container === undefined ? '' : `${container}: `}${type} ${reason} ${neutral(message ?? '')}`;
    });
  return { pod, status: JSON.parse(neutral(JSON.stringify(pod.status))), events };
}

/** The story once `check` has nothing against it; what it has against the last one, when that does not come. */
export function storyWhen(
  kubectl: Kubectl,
  name: string,
  check: (story: PodStory) => void,
  timeout = 20_000,
): Promise<PodStory> {
  const look = async (): Promise<PodStory> => {
    const story = await podStory(kubectl, name);
    check(story);
    return story;
  };
  return vi.waitFor(look, { timeout, interval: 150 });
}

export function containerOf({ status }: PodStory, name = 'c'): ContainerStatus {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const found = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(
    (container) => container.name === name,
  );
  if (found === undefined) throw new Error(`there is no container "${name}"`);
  return found;
}

export function conditionOf({ status }: PodStory, type: string): PodCondition | undefined {
  return status.conditions.find((condition) => condition.type === type);
}

/** The row of `kubectl get pod NAME`, as a person reads it. */
export async function rowOf(
  kubectl: Kubectl,
  name: string,
): Promise<{ readonly ready: string; readonly status: string; readonly restarts: string }> {
  const row = await kubectl.ok(['get', 'pod', name, '--no-headers']);
  const [, ready = '', status = '', restarts = ''] = row.split(/\s+/);
  return { ready, status, restarts };
}
