import { replicaSet as schema } from '../../kube/schema/workload-schemas.ts';
import type { ReplicaSet } from '../../kube/workload-kinds.ts';
import { defineKind } from '../define-kind.ts';
import { replicaSetFields } from '../fields/workload-fields.ts';
import { ageColumn, integerColumn, nameColumn } from '../printing/columns.ts';
import { formatSelector } from '../printing/selector.ts';
import { templateColumns } from '../printing/template-columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { immutableField } from '../rules/immutable.ts';
import { defaultedTemplate } from '../rules/template-defaults.ts';

export const replicaSet: ResourceKind<ReplicaSet> = defineKind<ReplicaSet>({
  group: 'apps',
  kind: 'ReplicaSet',
  shortNames: ['rs'],
  categories: ['all'],
  schema,
  fields: replicaSetFields,
  defaults: (object) => {
    const { spec } = object;
    const template = defaultedTemplate(spec.template);
    return { ...object, spec: { ...spec, replicas: spec.replicas ?? 1, template } };
  },
  prepareCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validateUpdate: (next, previous) =>
    immutableField(next.spec.selector, previous.spec.selector, ['spec', 'selector']),
  selectableFields: [{ label: 'status.replicas', absent: '0' }],
  columns: [
    nameColumn(),
    integerColumn('Desired', 'Pods that shall be.', ({ spec }) => spec.replicas ?? 1),
    integerColumn('Current', 'Pods that are.', ({ status }) => status?.replicas ?? 0),
    integerColumn('Ready', 'Pods that are ready.', ({ status }) => status?.readyReplicas ?? 0),
    ageColumn(),
    ...templateColumns<ReplicaSet>(),
  ],
  subresources: [
    { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
    { name: 'status', group: 'apps', version: 'v1', kind: 'ReplicaSet', verbs: ['get', 'patch', 'update'] },
  ],
  scale: {
    replicasOf: ({ spec }) => spec.replicas ?? 1,
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
    currentReplicas: ({ status }) => status?.replicas ?? 0,
    selectorOf: ({ spec }) => formatSelector(spec.selector),
  },
});
