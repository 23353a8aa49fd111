import { PodproofError } from '../core/errors.ts';
import type { Pod } from '../kube/pod.ts';

/** What a DNS subdomain may look like; every name that Kubernetes accepts here is one. */
const safeName = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/i;

/**
 * Names that become parts of paths. Validation of manifests has refused bad ones already; a pod that reaches the node in
 * another way must not write outside its place either.
 */
export function checkNames(pod: Pod): void {
  const { spec, metadata } = pod;
  const containers = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  const names: readonly (readonly [string, string | undefined])[] = [
    ['metadata.uid', metadata.uid],
    ['metadata.namespace', metadata.namespace],
    ...containers.map(({ name }) => ['container name', name] as const),
    ...(spec.volumes ?? []).flatMap((volume) => [
      ['volume name', volume.name] as const,
      ['claimName', volume.persistentVolumeClaim?.claimName] as const,
    ]),
  ];
  const problems = names.flatMap(([what, name]) =>
    name === undefined || safeName.test(name) ? [] : [`${what} ${JSON.stringify(name)} is not a valid name`],
  );
  if (problems.length > 0)
    throw new PodproofError('invalid', `cannot start pod "${metadata.name ?? ''}"`, { problems });
}
