import { container, ephemeralContainer } from './container-schemas.ts';
import { objectMeta } from './meta-schemas.ts';
import { clusterNode } from './node-schemas.ts';
import { pod } from './pod-schemas.ts';
import { service, serviceAccount } from './reference-schemas.ts';
import type { AnySchema } from './schema.ts';
import {
  containerStatus,
  deploymentStatus,
  jobStatus,
  namespaceStatus,
  persistentVolumeClaimStatus,
  podStatus,
  replicaSetStatus,
  serviceStatus,
} from './status-schemas.ts';
import { deployment } from './workload-schemas.ts';

/**
 * How a strategic merge patch treats a field: the `patchStrategy` and `patchMergeKey` of upstream's types. A list
 * without a rule is replaced; an object or map without one is merged.
 *
 * - `key`: a list of objects; items with the same `key` are one
 * - `set`: a list of scalars; those of the patch are added
 * - `object`: not a list
 *
 * With `retainKeys` the patch may say in `$retainKeys` which members stay: of a union, the one that is set.
 */
export type MergeRule =
  | { readonly merge: 'key'; readonly key: string; readonly retainKeys: boolean }
  | { readonly merge: 'set' }
  | { readonly merge: 'object'; readonly retainKeys: true };

const SET: MergeRule = { merge: 'set' };

function byKey(key: string): MergeRule {
  return { merge: 'key', key, retainKeys: false };
}

function unionByKey(key: string): MergeRule {
  return { merge: 'key', key, retainKeys: true };
}

const CONDITIONS = { conditions: byKey('type') };

const CONTAINER = {
  env: byKey('name'),
  ports: byKey('containerPort'),
  volumeMounts: byKey('mountPath'),
  volumeDevices: byKey('devicePath'),
};

type Rules = Readonly<Record<string, MergeRule>>;

/** By the schema that has the field: `ports` of a container and of a Service differ. */
const RULES: ReadonlyMap<AnySchema, Rules> = new Map<AnySchema, Rules>([
  [objectMeta, { finalizers: SET, ownerReferences: byKey('uid') }],
  [
    pod['spec!'],
    {
      volumes: unionByKey('name'),
      containers: byKey('name'),
      initContainers: byKey('name'),
      ephemeralContainers: byKey('name'),
      imagePullSecrets: byKey('name'),
      hostAliases: byKey('ip'),
      topologySpreadConstraints: byKey('topologyKey'),
      schedulingGates: byKey('name'),
      resourceClaims: unionByKey('name'),
    },
  ],
  [container, CONTAINER],
  [ephemeralContainer, CONTAINER],
  [
    podStatus,
    {
      ...CONDITIONS,
      podIPs: byKey('ip'),
      hostIPs: byKey('ip'),
      resourceClaimStatuses: unionByKey('name'),
    },
  ],
  [containerStatus, { allocatedResourcesStatus: byKey('name'), volumeMounts: byKey('mountPath') }],
  [deployment['spec!'], { strategy: { merge: 'object', retainKeys: true } }],
  [deploymentStatus, CONDITIONS],
  [replicaSetStatus, CONDITIONS],
  [jobStatus, CONDITIONS],
  [namespaceStatus, CONDITIONS],
  [persistentVolumeClaimStatus, CONDITIONS],
  [service['spec!'], { ports: byKey('port') }],
  [serviceStatus, CONDITIONS],
  [serviceAccount, { secrets: byKey('name') }],
  [clusterNode['spec!'], { podCIDRs: SET }],
  [clusterNode.status, { ...CONDITIONS, addresses: byKey('type') }],
]);

/** The rule of a field, by the schema object that it stands in; undefined when upstream's type has none. */
export function mergeKeyOf(owner: AnySchema, field: string): MergeRule | undefined {
  const rules = RULES.get(owner);
  return rules !== undefined && Object.hasOwn(rules, field) ? rules[field] : undefined;
}
