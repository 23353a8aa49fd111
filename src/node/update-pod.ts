import type { Container, Pod } from '../kube/pod.ts';

/** What another version of a pod means for the one that runs. */
export interface PodUpdate {
  /** The running pod with all that may change in its life as the API has it now. */
  readonly pod: Pod;
  /** Containers with another image. */
  readonly changed: readonly string[];
  /** Whether anything differs that a refused container could have waited for. */
  readonly isOfInterest: boolean;
  /** Whether volumes show something else now. */
  readonly hasNewMetadata: boolean;
  readonly hasNewDeadline: boolean;
}

/** Takes from `next` what Kubernetes lets change in a pod's life; the rest stays as it is run. Pure. */
export function updatePod(running: Pod, next: Pod): PodUpdate {
  const { name, namespace, uid } = running.metadata;
  const { spec } = running;
  const containers = withImages(spec.containers, next.spec.containers);
  const initContainers = withImages(spec.initContainers ?? [], next.spec.initContainers ?? []);
  const known = new Set((spec.ephemeralContainers ?? []).map((container) => container.name));
  const further = (next.spec.ephemeralContainers ?? []).filter((container) => !known.has(container.name));
  const { activeDeadlineSeconds: wasDeadline, ...specWithoutDeadline } = spec;
  const { activeDeadlineSeconds } = next.spec;
  const changed = [...containers.changed, ...initContainers.changed];
  const hasNewMetadata =
    !haveSameEntries(running.metadata.labels, next.metadata.labels) ||
    !haveSameEntries(running.metadata.annotations, next.metadata.annotations);
  const hasNewDeadline = wasDeadline !== activeDeadlineSeconds;
  return {
    pod: {
      ...running,
      metadata: {
        ...next.metadata,
        ...(name === undefined ? {} : { name }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(uid === undefined ? {} : { uid }),
      },
      spec: {
        ...specWithoutDeadline,
        containers: containers.all,
        ...(spec.initContainers === undefined ? {} : { initContainers: initContainers.all }),
        ...(further.length === 0
          ? {}
          : { ephemeralContainers: [...(spec.ephemeralContainers ?? []), ...further] }),
        ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
      },
    },
    changed,
    isOfInterest: changed.length > 0 || further.length > 0 || hasNewDeadline || hasNewMetadata,
    hasNewMetadata,
    hasNewDeadline,
  };
}

function withImages(
  running: readonly Container[],
  next: readonly Container[],
): { readonly all: readonly Container[]; readonly changed: readonly string[] } {
  const images = new Map(next.map(({ name, image }) => [name, image]));
  const changed: string[] = [];
  const all = running.map((container) => {
    const image = images.get(container.name);
    if (image === undefined || image === container.image) return container;
    changed.push(container.name);
    return { ...container, image };
  });
  return { all, changed };
}

function haveSameEntries(
  one: Readonly<Record<string, string>> = {},
  other: Readonly<Record<string, string>> = {},
): boolean {
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key])
  );
}
