import type { Pod } from '../kube/pod.ts';
import type { ContainerInPod } from './confine-input.ts';

/** Every container of a pod with its place, in the order in which the kubelet looks at them: init, container, ephemeral. */
export function containersOf(pod: Pod): readonly ContainerInPod[] {
  const { initContainers, containers, ephemeralContainers } = pod.spec;
  const placed: ContainerInPod[] = [];
  initContainers?.forEach((container, index) => {
    const type = container.restartPolicy === 'Always' ? 'sidecar' : 'init';
    placed.push({ type, container, path: ['spec', 'initContainers', index] });
  });
  containers?.forEach((container, index) => {
    placed.push({ type: 'container', container, path: ['spec', 'containers', index] });
  });
  ephemeralContainers?.forEach((container, index) => {
    placed.push({ type: 'ephemeral', container, path: ['spec', 'ephemeralContainers', index] });
  });
  return placed;
}
