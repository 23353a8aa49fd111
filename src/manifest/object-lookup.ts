import type { KubeObject } from '../kube/meta.ts';
import type {
  ConfigMap,
  Namespace,
  ObjectLookup,
  PersistentVolumeClaim,
  Secret,
  ServiceAccount,
} from '../kube/references.ts';
import { claimName, isWorkloadObject } from '../kube/workload.ts';
import type { StatefulSet } from '../kube/workload-kinds.ts';

/** The kinds that can be looked up, with their types. */
interface KindMap {
  readonly ConfigMap: ConfigMap;
  readonly Secret: Secret;
  readonly ServiceAccount: ServiceAccount;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly Namespace: Namespace;
}

/** Look-up over decoded objects. Of two with the same name the later counts, as with `kubectl apply`. */
export function objectLookup(objects: readonly KubeObject[]): ObjectLookup {
  const index = new Map<string, KubeObject>();
  const put = (object: KubeObject): void => {
    if (object.apiVersion !== 'v1') return;
    const namespace = object.kind === 'Namespace' ? '' : (object.metadata.namespace ?? 'default');
    index.set(keyOf(object.kind, namespace, object.metadata.name ?? ''), object);
  };
  for (const object of objects) {
    put(object);
    if (isWorkloadObject(object) && object.kind === 'StatefulSet') claimsOf(object).forEach(put);
  }
  const get = <K extends keyof KindMap>(kind: K, namespace: string, name: string): KindMap[K] | undefined => {
    const object = index.get(keyOf(kind, namespace, name));
    return object !== undefined && isOfKind(object, kind) ? object : undefined;
  };
  return {
    configMap: (namespace, name) => get('ConfigMap', namespace, name),
    secret: (namespace, name) => withStringData(get('Secret', namespace, name)),
    serviceAccount: (namespace, name) => get('ServiceAccount', namespace, name),
    persistentVolumeClaim: (namespace, name) => get('PersistentVolumeClaim', namespace, name),
    namespace: (name) => get('Namespace', '', name),
  };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function isOfKind<K extends keyof KindMap>(object: KubeObject, kind: K): object is KindMap[K] {
  return object.kind === kind;
}

/** `stringData` is for writing only: the API server encodes it into `data`, where it wins. */
function withStringData(secret: Secret | undefined): Secret | undefined {
  if (secret?.stringData === undefined) return secret;
  const { stringData, ...rest } = secret;
  const encoded = Object.entries(stringData).map(
    ([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')] as const,
  );
  return { ...rest, data: { ...secret.data, ...Object.fromEntries(encoded) } };
}

/** The claims of a StatefulSet's first pod. */
function claimsOf(owner: StatefulSet): readonly PersistentVolumeClaim[] {
  const pod = `${owner.metadata.name ?? ''}-${owner.spec.ordinals?.start ?? 0}`;
  return (owner.spec.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...template.metadata,
      name: claimName(template.metadata.name ?? '', pod),
      namespace: owner.metadata.namespace ?? 'default',
    },
  }));
}
