import type { ObjectReader } from '../kube/object-api.ts';
import type { ObjectLookup } from '../kube/references.ts';

/** What pods refer to by name, as the API has it at the moment. */
export function lookupOf(api: ObjectReader): ObjectLookup {
  return {
    configMap: (namespace, name) => api.get('ConfigMap', namespace, name),
    secret: (namespace, name) => api.get('Secret', namespace, name),
    serviceAccount: (namespace, name) => api.get('ServiceAccount', namespace, name),
    persistentVolumeClaim: (namespace, name) => api.get('PersistentVolumeClaim', namespace, name),
    runtimeClass: (name) => api.get('RuntimeClass', '', name),
    persistentVolume: (name) => api.get('PersistentVolume', '', name),
    namespace: (name) => api.get('Namespace', '', name),
  };
}
