import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, forbidden, invalid } from '../../kube/field-error.ts';
import type { Container, EphemeralContainer, Pod, PodSpec } from '../../kube/pod.ts';
import type { Toleration } from '../../kube/scheduling.ts';
import { describeDifferences } from './differences.ts';
import { gatingErrors, withGatingOf } from './gated-pod.ts';
import { isSame } from './immutable.ts';

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** Upstream's `ValidatePodUpdate`: a pod's spec is fixed but for a few fields. */
export function validatePodUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const counts = [
    ...sameCount(next.spec.containers, previous.spec.containers, 'containers'),
    ...sameCount(next.spec.initContainers, previous.spec.initContainers, 'initContainers'),
  ];
  if (counts.length > 0) return counts;
  const errors = [
    ...deadlineErrors(next.spec, previous.spec),
    ...tolerationErrors(next.spec.tolerations ?? [], previous.spec.tolerations ?? []),
    ...gatingErrors(next.spec, previous.spec),
  ];
  const masked = withUpdatableOf(withGatingOf(next.spec, previous.spec), previous.spec);
  if (isSame(masked, previous.spec)) return errors;
  const differences = describeDifferences(previous.spec, masked);
  const detail = `pod updates may not change fields other than ${UPDATABLE}\n${differences}`;
  return [...errors, forbidden(['spec'], detail)];
}

/** Upstream's `ValidatePodEphemeralContainersUpdate`: they are only ever added. */
export function validateEphemeralContainersUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const path: FieldPath = ['spec', 'ephemeralContainers'];
  const added = new Map((next.spec.ephemeralContainers ?? []).map((it) => [it.name, it]));
  return (previous.spec.ephemeralContainers ?? []).flatMap((old: EphemeralContainer) => {
    const kept = added.get(old.name);
    const name = JSON.stringify(old.name);
    if (kept === undefined) {
      return [forbidden(path, `existing ephemeral containers ${name} may not be removed\n`)];
    }
    if (isSame(kept, old)) return [];
    return [forbidden(path, `existing ephemeral containers ${name} may not be changed\n`)];
  });
}

function sameCount(
  next: readonly Container[] = [],
  previous: readonly Container[] = [],
  field: string,
): readonly FieldError[] {
  if (next.length === previous.length) return [];
  return [forbidden(['spec', field], 'pod updates may not add or remove containers')];
}

function deadlineErrors(next: PodSpec, previous: PodSpec): readonly FieldError[] {
  const path = ['spec', 'activeDeadlineSeconds'];
  const [now, before] = [next.activeDeadlineSeconds, previous.activeDeadlineSeconds];
  if (before === undefined) return [];
  if (now === undefined) return [invalid(path, now, 'must not update from a positive integer to nil value')];
  return now > before ? [invalid(path, now, 'must be less than or equal to previous value')] : [];
}

function withoutSeconds({ key, operator, value, effect }: Toleration): unknown {
  return [key, operator, value, effect];
}

function tolerationErrors(
  next: readonly Toleration[],
  previous: readonly Toleration[],
): readonly FieldError[] {
  const isKept = (old: Toleration): boolean =>
    next.some((it) => isSame(withoutSeconds(it), withoutSeconds(old)));
  if (previous.every(isKept)) return [];
  return [
    forbidden(
      ['spec', 'tolerations'],
      'existing toleration can not be modified except its tolerationSeconds',
    ),
  ];
}

function withOldImages(
  containers: readonly Container[],
  old: readonly Container[] = [],
): readonly Container[] {
  return containers.map((container, index) => {
    const { image: _, ...rest } = container;
    const image = old[index]?.image;
    return image === undefined ? rest : { ...rest, image };
  });
}

/** The new spec with the old values of what may change. */
function withUpdatableOf(next: PodSpec, previous: PodSpec): PodSpec {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    terminationGracePeriodSeconds: grace,
    nodeName,
    initContainers,
    ...rest
  } = next;
  const { activeDeadlineSeconds, tolerations, terminationGracePeriodSeconds, nodeName: oldNode } = previous;
  const keptGrace =
    grace === 1 && (terminationGracePeriodSeconds ?? 0) < 0 ? terminationGracePeriodSeconds : grace;
  // A pod without a node gets one by an update here, where a cluster has the `binding` subresource.
  const node = oldNode === undefined || oldNode === '' ? oldNode : nodeName;
  return {
    ...rest,
    containers: withOldImages(next.containers, previous.containers),
    ...(initContainers && { initContainers: withOldImages(initContainers, previous.initContainers) }),
    ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
    ...(tolerations && { tolerations }),
    ...(keptGrace !== undefined && { terminationGracePeriodSeconds: keptGrace }),
    ...(node !== undefined && { nodeName: node }),
  };
}
