import type { ReplicaSet } from '../../kube/workload-kinds.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { startKeyedController } from '../keyed-controller.ts';
import { keyFor, keyOf } from '../object-key.ts';
import { controllerOf } from '../ownership.ts';
import { isFinished } from '../pod-state.ts';
import type { WorkQueue } from '../work-queue.ts';
import { syncDeployment } from './sync-deployment.ts';

/** Rolls the template of each Deployment out through ReplicaSets. */
export const deployments: Controller = {
  name: 'deployment-controller',
  start: (context) =>
    startKeyedController(context, {
      work: (namespace, name, queue) => syncDeployment(context, queue, namespace, name),
      watch: (queue) => [
        context.api.watch('Deployment', ({ object }) => queue.add(keyOf(object))),
        context.api.watch('ReplicaSet', ({ object, previous }) => {
          addOwner(queue, object);
          if (previous !== undefined) addOwner(queue, previous);
          if (controllerOf(object) === undefined) addAdopters(context, queue, object);
        }),
        // Recreate waits for the end of pods, which the ReplicaSets no longer count.
        context.api.watch('Pod', ({ type, object }) => {
          if (type !== 'DELETED' && !isFinished(object)) return;
          const owner = controllerOf(object);
          if (owner?.kind !== 'ReplicaSet') return;
          const set = context.api.get('ReplicaSet', object.metadata.namespace ?? '', owner.name);
          if (set !== undefined) addOwner(queue, set);
        }),
      ],
    }),
};

function addOwner(queue: WorkQueue, set: ReplicaSet): void {
  const owner = controllerOf(set);
  if (owner?.kind === 'Deployment') queue.add(keyFor(set.metadata.namespace ?? '', owner.name));
}

function addAdopters({ api }: ControllerContext, queue: WorkQueue, set: ReplicaSet): void {
  for (const deployment of api.list('Deployment', set.metadata.namespace)) queue.add(keyOf(deployment));
}
