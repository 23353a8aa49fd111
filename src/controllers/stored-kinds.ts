import type { StoredKind } from '../kube/object-api.ts';

interface KindFacts {
  readonly group: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

/** Every stored kind with what the garbage collector and the end of a namespace need of it. */
export const storedKinds: Readonly<Record<StoredKind, KindFacts>> = Object.freeze({
  ConfigMap: { group: '', resource: 'configmaps', namespaced: true },
  Deployment: { group: 'apps', resource: 'deployments', namespaced: true },
  EndpointSlice: { group: 'discovery.k8s.io', resource: 'endpointslices', namespaced: true },
  Endpoints: { group: '', resource: 'endpoints', namespaced: true },
  Event: { group: '', resource: 'events', namespaced: true },
  Job: { group: 'batch', resource: 'jobs', namespaced: true },
  Lease: { group: 'coordination.k8s.io', resource: 'leases', namespaced: true },
  Namespace: { group: '', resource: 'namespaces', namespaced: false },
  Node: { group: '', resource: 'nodes', namespaced: false },
  PersistentVolume: { group: '', resource: 'persistentvolumes', namespaced: false },
  PersistentVolumeClaim: { group: '', resource: 'persistentvolumeclaims', namespaced: true },
  Pod: { group: '', resource: 'pods', namespaced: true },
  Proof: { group: 'podproof.dev', resource: 'proofs', namespaced: true },
  ReplicaSet: { group: 'apps', resource: 'replicasets', namespaced: true },
  RuntimeClass: { group: 'node.k8s.io', resource: 'runtimeclasses', namespaced: false },
  Secret: { group: '', resource: 'secrets', namespaced: true },
  Service: { group: '', resource: 'services', namespaced: true },
  ServiceAccount: { group: '', resource: 'serviceaccounts', namespaced: true },
});

// The record has all of them: its type says so.
const names = Object.keys(storedKinds).filter((it): it is StoredKind => Object.hasOwn(storedKinds, it));

export const storedKindNames: readonly StoredKind[] = Object.freeze(names);
export const namespacedKinds: readonly StoredKind[] = Object.freeze(
  names.filter((it) => storedKinds[it].namespaced),
);

/** The stored kind that a reference means; undefined for kinds that are not known here. */
export function storedKindOf(apiVersion: string, kind: string): StoredKind | undefined {
  const name = storedKindNames.find((it) => it === kind);
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  return name !== undefined && storedKinds[name].group === group ? name : undefined;
}
