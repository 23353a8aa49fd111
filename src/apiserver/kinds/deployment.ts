import { deployment as schema } from '../../kube/schema/workload-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import type { Deployment } from '../../kube/workload-kinds.ts';
import { defineKind } from '../define-kind.ts';
import { deploymentFields } from '../fields/workload-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { formatSelector } from '../printing/selector.ts';
import { templateColumns } from '../printing/template-columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { defaultedStrategy, validateStrategy } from '../rules/deployment-strategy.ts';
import { immutableField } from '../rules/immutable.ts';
import { defaultedTemplate } from '../rules/template-defaults.ts';

export const deployment: ResourceKind<Deployment> = defineKind<Deployment>({
  group: 'apps',
  kind: 'Deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  schema,
  fields: deploymentFields,
  defaults: (object) => {
    const { spec } = object;
    return {
      ...object,
      spec: {
        ...spec,
        replicas: spec.replicas ?? 1,
        template: defaultedTemplate(spec.template),
        strategy: defaultedStrategy(spec.strategy),
        revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
        progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
      },
    };
  },
  validate: (object) => [...validateObject(object), ...validateStrategy(object.spec)],
  validateUpdate: (next, previous) =>
    immutableField(next.spec.selector, previous.spec.selector, ['spec', 'selector']),
  columns: [
    nameColumn(),
    column(
      'Ready',
      'Pods that are ready, of all that shall be.',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
    ),
    column('Up-to-date', 'Pods of the newest template.', ({ status }) =>
      String(status?.updatedReplicas ?? 0),
    ),
    column('Available', 'Pods that have been ready for long enough.', ({ status }) =>
      String(status?.availableReplicas ?? 0),
    ),
    ageColumn(),
    ...templateColumns<Deployment>(),
  ],
  subresources: [
    { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
    { name: 'status', group: 'apps', version: 'v1', kind: 'Deployment', verbs: ['get', 'patch', 'update'] },
  ],
  scale: {
    replicasOf: ({ spec }) => spec.replicas ?? 1,
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
    currentReplicas: ({ status }) => status?.replicas ?? 0,
    selectorOf: ({ spec }) => formatSelector(spec.selector),
  },
});
