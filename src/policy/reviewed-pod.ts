import type { FieldPath } from '../core/field-path.ts';
import type { ObjectMeta } from '../kube/meta.ts';
import type { Container, PodSecurityContext, PodSpec } from '../kube/pod.ts';

/** A pod or a pod template as the checks see it. */
export interface ReviewedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly securityContext: PodSecurityContext | undefined;
  /** All of them in upstream's order: init, then regular, then ephemeral containers. */
  readonly containers: readonly Container[];
}

/** A container with its place in the pod. */
export interface ReviewedContainer {
  readonly name: string;
  readonly container: Container;
  readonly list: 'initContainers' | 'containers' | 'ephemeralContainers';
  readonly index: number;
}

const NO_ANNOTATIONS: Readonly<Record<string, string>> = Object.freeze({});
const NO_CONTAINERS: readonly Container[] = Object.freeze([]);
const NONE: readonly ReviewedContainer[] = Object.freeze([]);

export function reviewedPod(metadata: ObjectMeta | undefined, spec: PodSpec): ReviewedPod {
  return {
    annotations: metadata?.annotations ?? NO_ANNOTATIONS,
    spec,
    securityContext: spec.securityContext ?? undefined,
    containers: allContainers(spec),
  };
}

/** Most pods have but one list, which is taken as it is. */
function allContainers({ initContainers, containers, ephemeralContainers }: PodSpec): readonly Container[] {
  const regular = containers ?? NO_CONTAINERS;
  const init = initContainers ?? NO_CONTAINERS;
  const ephemeral = ephemeralContainers ?? NO_CONTAINERS;
  if (init.length === 0 && ephemeral.length === 0) return regular;
  return [...init, ...regular, ...ephemeral];
}

/** The containers that `offends` holds of, in the order of the pod. Nothing is allocated where there are none. */
export function offenders(
  pod: ReviewedPod,
  offends: (container: Container) => boolean,
): readonly ReviewedContainer[] {
  const { containers } = pod;
  let found: ReviewedContainer[] | undefined;
  for (let position = 0; position < containers.length; position += 1) {
    const container = containers[position];
    if (container === undefined || !offends(container)) continue;
    found ??= [];
    found.push(containerAt(pod, container, position));
  }
  return found ?? NONE;
}

function containerAt({ spec }: ReviewedPod, container: Container, position: number): ReviewedContainer {
  const { name } = container;
  const regularAt = spec.initContainers?.length ?? 0;
  if (position < regularAt) return { name, container, list: 'initContainers', index: position };
  const ephemeralAt = regularAt + (spec.containers?.length ?? 0);
  if (position < ephemeralAt) return { name, container, list: 'containers', index: position - regularAt };
  return { name, container, list: 'ephemeralContainers', index: position - ephemeralAt };
}

/** A field of that container, from the pod's root. */
export function containerField({ list, index }: ReviewedContainer, ...steps: FieldPath): FieldPath {
  return ['spec', list, index, ...steps];
}

/** A field of the container's security context, from the pod's root. */
export function securityField({ list, index }: ReviewedContainer, ...steps: FieldPath): FieldPath {
  return ['spec', list, index, 'securityContext', ...steps];
}

/** A field of the pod's own security context, from the pod's root. */
export function podSecurityField(...steps: FieldPath): FieldPath {
  return ['spec', 'securityContext', ...steps];
}

/** The same field of the security contexts of the pod, where it is to blame, and of the containers. */
export function securityFields(
  byPod: boolean,
  containers: readonly ReviewedContainer[],
  ...steps: FieldPath
): readonly FieldPath[] {
  const fields = containers.map((container) => securityField(container, ...steps));
  return byPod ? [podSecurityField(...steps), ...fields] : fields;
}

/** True unless the manifest leaves the field out; an explicit null counts as left out, as in Kubernetes' decoder. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
