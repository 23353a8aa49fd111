import type { ObjectService } from '../../apiserver/object-service.ts';
import type { EventRecorder, ObjectApi } from '../../kube/object-api.ts';
import { createEventRecorder } from '../../kubelet/event-recorder.ts';
import type { Clock } from '../../node/clock.ts';

export interface NodeIdentities {
  /** The API as a component of the node has it. */
  readonly api: (component: string) => ObjectApi;
  readonly recorder: (component: string) => EventRecorder;
}

/** Each component of the node acts under its own name, as in a cluster. */
export function nodeIdentities(objects: ObjectService, nodeName: string, clock: Clock): NodeIdentities {
  const recorders = new Map<string, EventRecorder>();
  const api = (component: string): ObjectApi => objects.as(userOf(component, nodeName));
  return {
    api,
    recorder: (component) => {
      const known = recorders.get(component);
      if (known !== undefined) return known;
      const host = component === 'kubelet' ? { host: nodeName } : {};
      const recorder = createEventRecorder({ api: api(component), component, clock, ...host });
      recorders.set(component, recorder);
      return recorder;
    },
  };
}

function userOf(component: string, nodeName: string): Parameters<ObjectService['as']>[0] {
  return component === 'kubelet'
    ? { username: `system:node:${nodeName}`, groups: ['system:nodes', 'system:authenticated'] }
    : {
        username: `system:serviceaccount:kube-system:${component}`,
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      };
}
