import type { KubeObject } from '../kube/meta.ts';
import { objectFields } from '../kube/schema/meta-schemas.ts';
import type { Schema } from '../kube/schema/schema.ts';
import { defineKind } from './define-kind.ts';
import { ageColumn, integerColumn, nameColumn } from './printing/columns.ts';
import type { ResourceKind, ScaleAccess } from './resource-kind.ts';

/** `autoscaling/v1` Scale: how many replicas there are and should be. */
export interface Scale extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status?: { readonly replicas: number; readonly selector?: string };
}

const schema: Schema<Scale> = {
  ...objectFields,
  'spec!': { 'replicas!': 'int32' },
  status: { 'replicas!': 'int32', selector: 'string' },
};

/** The type of the subresource `scale`, whatever kind it belongs to. */
export const SCALE: ResourceKind<Scale> = defineKind<Scale>({
  group: 'autoscaling',
  kind: 'Scale',
  stored: undefined,
  schema,
  columns: [
    nameColumn(),
    integerColumn('Desired', 'How many there should be.', ({ spec }) => spec.replicas),
    integerColumn('Available', 'How many there are.', ({ status }) => status?.replicas ?? 0),
    ageColumn(),
  ],
});

/** The scale of an object; undefined when its kind has none. */
export function scaleOf(kind: ResourceKind, object: KubeObject): Scale | undefined {
  const { scale } = kind;
  return scale === undefined ? undefined : scaleBy(scale, object);
}

function scaleBy(access: ScaleAccess<KubeObject>, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: { replicas: access.replicasOf(object) },
    status: { replicas: access.currentReplicas(object), selector: access.selectorOf(object) },
  };
}
