import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';
import type { Engine } from '../runtime/engine.ts';
import { Refusal } from './refusal.ts';

/** The name under which RuntimeClasses ask for the node's runtime: `runc`. */
export function runtimeHandlerOf({ versions }: Pick<Engine, 'versions'>): string {
  return versions.runtime.split(' ', 1)[0] ?? '';
}

/**
 * Refuses a pod whose RuntimeClass asks for another runtime than the node's one: `handler` is a name in the runtime's
 * configuration, and here the only one is the runtime's own (`runc`).
 */
export function checkRuntimeHandler(pod: Pod, lookup: ObjectLookup, runtime: string): void {
  const name = pod.spec.runtimeClassName ?? '';
  if (name === '') return;
  const runtimeClass = lookup.runtimeClass?.(name);
  if (runtimeClass === undefined) throw refusal(`runtimeclass.node.k8s.io "${name}" not found`);
  if (runtimeClass.handler === runtime) return;
  throw refusal(
    `no runtime for "${runtimeClass.handler}" is configured: this node has only "${runtime}", so RuntimeClass "${name}" must have it as its handler`,
  );
}

function refusal(why: string): Refusal {
  return new Refusal('FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`);
}
