import type { Container, Pod } from '../kube/pod.ts';
import type { ContainerInPod } from './confine-input.ts';
import type { ContainerType } from './confinement.ts';

type ContainerField = 'initContainers' | 'containers' | 'ephemeralContainers';

/** Every container of a pod with its place, in the order in which the kubelet looks at them: init, container, ephemeral. */
export function containersOf(pod: Pod): readonly ContainerInPod[] {
  return [
    ...placed(pod.spec.initContainers, 'initContainers', (container) =>
      container.restartPolicy === 'Always' ? 'sidecar' : 'init',
    ),
    ...placed(pod.spec.containers, 'containers', () => 'container'),
    ...placed(pod.spec.ephemeralContainers, 'ephemeralContainers', () => 'ephemeral'),
  ];
}

function placed(
  containers: readonly Container[] | undefined,
  field: ContainerField,
  typeOf: (container: Container) => ContainerType,
): readonly ContainerInPod[] {
  return (containers ?? []).map((container, index) => ({
    type: typeOf(container),
    container,
    path: ['spec', field, index],
  }));
}
