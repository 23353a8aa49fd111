import type { StoredKind } from '../kube/object-api.ts';
import type { Container, Pod, Volume } from '../kube/pod.ts';

/** The kinds of objects that a pod can wait for. */
export const referredKinds = ['ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim'] as const;
export type ReferredKind = (typeof referredKinds)[number] & StoredKind;

export function referenceTo(kind: ReferredKind, name: string | undefined): string {
  return `${kind}/${name ?? ''}`;
}

/** All objects of its namespace that a pod refers to by name, each as `KIND/NAME`. */
export function podReferences({ spec }: Pod): ReadonlySet<string> {
  const containers = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  return new Set([
    referenceTo('ServiceAccount', spec.serviceAccountName ?? 'default'),
    ...(spec.imagePullSecrets ?? []).map(({ name }) => referenceTo('Secret', name)),
    ...containers.flatMap(ofContainer),
    ...(spec.volumes ?? []).flatMap(ofVolume),
  ]);
}

function ofContainer({ env = [], envFrom = [] }: Container): readonly string[] {
  return [
    ...env.flatMap(({ valueFrom }) => ofSource(valueFrom?.configMapKeyRef, valueFrom?.secretKeyRef)),
    ...envFrom.flatMap(({ configMapRef, secretRef }) => ofSource(configMapRef, secretRef)),
  ];
}

function ofVolume({ configMap, secret, persistentVolumeClaim, projected }: Volume): readonly string[] {
  return [
    ...ofSource(configMap, secret && { name: secret.secretName }),
    ...(persistentVolumeClaim === undefined
      ? []
      : [referenceTo('PersistentVolumeClaim', persistentVolumeClaim.claimName)]),
    ...(projected?.sources ?? []).flatMap((source) => ofSource(source.configMap, source.secret)),
  ];
}

interface Named {
  readonly name?: string | undefined;
}

function ofSource(configMap: Named | undefined, secret: Named | undefined): readonly string[] {
  return [
    ...(configMap === undefined ? [] : [referenceTo('ConfigMap', configMap.name)]),
    ...(secret === undefined ? [] : [referenceTo('Secret', secret.name)]),
  ];
}
