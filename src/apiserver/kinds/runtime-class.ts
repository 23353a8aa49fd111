import type { RuntimeClass } from '../../kube/runtime-class.ts';
import { runtimeClass as schema } from '../../kube/schema/node-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { validateHandler } from '../../kube/validate-runtime-class.ts';
import { defineKind } from '../define-kind.ts';
import { runtimeClassFields } from '../fields/cluster-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { immutableField } from '../rules/immutable.ts';

export const runtimeClass: ResourceKind<RuntimeClass> = defineKind<RuntimeClass>({
  group: 'node.k8s.io',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  namespaced: false,
  schema,
  fields: runtimeClassFields,
  validate: (object) => [...validateObject(object), ...validateHandler(object)],
  validateUpdate: (next, previous) => immutableField(next.handler, previous.handler, ['handler']),
  columns: [
    nameColumn(),
    column('Handler', 'The runtime that it names.', ({ handler }) => handler),
    ageColumn(),
  ],
});
