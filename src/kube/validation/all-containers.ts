import type { FieldPath } from '../../core/field-path.ts';
import type { Container, PodSpec } from '../pod.ts';

export interface ContainerAt {
  readonly container: Container;
  readonly path: FieldPath;
}

/** Every container of a pod with its place, in the order in which Kubernetes visits them. */
export function allContainers(spec: PodSpec): readonly ContainerAt[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).map((container, index) => ({ container, path: ['spec', field, index] })),
  );
}
