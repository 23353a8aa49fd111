import type { KubeObject } from '../meta.ts';
import { endpointSlice, endpoints } from './endpoint-schemas.ts';
import { clusterNode, lease, runtimeClass } from './node-schemas.ts';
import { pod } from './pod-schemas.ts';
import {
  configMap,
  namespace,
  persistentVolume,
  persistentVolumeClaim,
  secret,
  service,
  serviceAccount,
} from './reference-schemas.ts';
import type { Schema } from './schema.ts';
import {
  cronJob,
  daemonSet,
  deployment,
  job,
  podTemplate,
  replicaSet,
  replicationController,
  statefulSet,
} from './workload-schemas.ts';

interface KnownKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Schema<KubeObject>;
  readonly namespaced: boolean;
}

function kind<T extends KubeObject>(
  apiVersion: string,
  name: string,
  schema: Schema<T>,
  namespaced = true,
): KnownKind {
  // A schema of a kind is one of its base, seen as data; the compiler compares them field by field.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { apiVersion, kind: name, schema: schema as unknown as Schema<KubeObject>, namespaced };
}

/** The kinds that are decoded strictly. All others are passed on as they are. */
const KNOWN_KINDS: readonly KnownKind[] = [
  kind('v1', 'Pod', pod),
  kind('v1', 'PodTemplate', podTemplate),
  kind('v1', 'ReplicationController', replicationController),
  kind('apps/v1', 'Deployment', deployment),
  kind('apps/v1', 'ReplicaSet', replicaSet),
  kind('apps/v1', 'StatefulSet', statefulSet),
  kind('apps/v1', 'DaemonSet', daemonSet),
  kind('batch/v1', 'Job', job),
  kind('batch/v1', 'CronJob', cronJob),
  kind('v1', 'ConfigMap', configMap),
  kind('v1', 'Secret', secret),
  kind('v1', 'Service', service),
  kind('v1', 'ServiceAccount', serviceAccount),
  kind('v1', 'PersistentVolumeClaim', persistentVolumeClaim),
  kind('v1', 'PersistentVolume', persistentVolume, false),
  kind('v1', 'Namespace', namespace, false),
  kind('v1', 'Node', clusterNode, false),
  kind('v1', 'Endpoints', endpoints),
  kind('discovery.k8s.io/v1', 'EndpointSlice', endpointSlice),
  kind('coordination.k8s.io/v1', 'Lease', lease),
  kind('node.k8s.io/v1', 'RuntimeClass', runtimeClass, false),
];

export type KindLookup =
  | { readonly found: 'schema'; readonly schema: Schema<KubeObject>; readonly namespaced: boolean }
  /** The kind exists, in another version: `apps/v1` in place of `extensions/v1beta1`. */
  | { readonly found: 'other-version'; readonly apiVersion: string }
  | { readonly found: 'nothing' };

const KINDS_BY_NAME: ReadonlyMap<string, KnownKind> = new Map(KNOWN_KINDS.map((it) => [it.kind, it]));

/** The schema of an object, by its `apiVersion` and `kind`. */
export function lookUpKind(apiVersion: string, name: string): KindLookup {
  const sameName = KINDS_BY_NAME.get(name);
  if (sameName === undefined) return { found: 'nothing' };
  const { schema, namespaced } = sameName;
  if (sameName.apiVersion === apiVersion) return { found: 'schema', schema, namespaced };
  if (!isBuiltInGroup(apiVersion)) return { found: 'nothing' };
  return { found: 'other-version', apiVersion: sameName.apiVersion };
}

/** The groups that these kinds have lived in. A Deployment or Service of any other group is a custom resource. */
function isBuiltInGroup(apiVersion: string): boolean {
  return /^(?:[^/]*|apps\/.*|batch\/.*|extensions\/.*)$/.test(apiVersion);
}
