import type { FieldPath } from '../core/field-path.ts';
import type { ObjectMeta } from '../kube/meta.ts';
import type { Container, PodSpec, SecurityContext } from '../kube/pod.ts';

/** A pod or a pod template as the checks see it. */
export interface ReviewedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  /** All of them in upstream's order: init, then regular, then ephemeral containers. */
  readonly containers: readonly ReviewedContainer[];
}

export interface ReviewedContainer {
  readonly name: string;
  readonly container: Container;
  readonly securityContext: SecurityContext | undefined;
  readonly list: 'initContainers' | 'containers' | 'ephemeralContainers';
  readonly index: number;
}

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

const NO_ANNOTATIONS: Readonly<Record<string, string>> = Object.freeze({});

export function reviewedPod(metadata: ObjectMeta | undefined, spec: PodSpec): ReviewedPod {
  const containers: ReviewedContainer[] = [];
  for (const list of CONTAINER_LISTS) {
    let index = 0;
    for (const container of spec[list] ?? []) {
      const { name, securityContext } = container;
      containers.push({ name, container, securityContext, list, index });
      index += 1;
    }
  }
  return { annotations: metadata?.annotations ?? NO_ANNOTATIONS, spec, containers };
}

/** A field of that container, from the pod's root. */
export function containerField({ list, index }: ReviewedContainer, ...steps: FieldPath): FieldPath {
  return ['spec', list, index, ...steps];
}

/** A field of the container's security context, from the pod's root. */
export function securityField(container: ReviewedContainer, ...steps: FieldPath): FieldPath {
  return containerField(container, 'securityContext', ...steps);
}

/** A field of the pod's own security context, from the pod's root. */
export function podSecurityField(...steps: FieldPath): FieldPath {
  return ['spec', 'securityContext', ...steps];
}

/** True unless the manifest leaves the field out; an explicit null counts as left out, as in Kubernetes' decoder. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
