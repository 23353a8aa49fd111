import type { ObjectApi } from '../../kube/object-api.ts';
import type { Pod } from '../../kube/pod.ts';
import { keyOf } from '../object-key.ts';
import { isReady } from '../pod-state.ts';
import { isSameValue } from '../same-value.ts';
import type { WorkQueue } from '../work-queue.ts';
import { selectsPod } from './service-pods.ts';

/** Adds services that changed, and those of pods that changed as their clients see them. */
export function watchServices(api: ObjectApi, queue: WorkQueue): readonly (() => void)[] {
  return [
    api.watch('Service', ({ object }) => queue.add(keyOf(object))),
    api.watch('Pod', ({ type, object, previous }) => {
      if (type === 'MODIFIED' && previous !== undefined && isSameForClients(object, previous)) return;
      for (const service of api.list('Service', object.metadata.namespace)) {
        if (Object.keys(service.spec.selector ?? {}).length === 0) continue;
        if (selectsPod(service, object) || (previous !== undefined && selectsPod(service, previous)))
          queue.add(keyOf(service));
      }
    }),
  ];
}

/** Nearly all writes on a pod are of no concern to a service. */
function isSameForClients(pod: Pod, previous: Pod): boolean {
  return (
    pod.status?.podIP === previous.status?.podIP &&
    pod.status?.phase === previous.status?.phase &&
    isReady(pod) === isReady(previous) &&
    pod.metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
    pod.spec.nodeName === previous.spec.nodeName &&
    isSameValue(pod.metadata.labels, previous.metadata.labels)
  );
}
