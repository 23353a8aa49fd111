import { type FieldError, invalid } from '../../kube/field-error.ts';
import type { Lease } from '../../kube/lease.ts';
import { lease as schema } from '../../kube/schema/node-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { leaseFields } from '../fields/cluster-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';

export const lease: ResourceKind<Lease> = defineKind<Lease>({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  schema,
  fields: leaseFields,
  validate: (object) => [...validateObject(object), ...validateSpec(object)],
  columns: [
    nameColumn(),
    column('Holder', 'Who holds it.', ({ spec }) => spec?.holderIdentity ?? ''),
    ageColumn(),
  ],
});

function validateSpec({ spec = {} }: Lease): readonly FieldError[] {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
  const errors: FieldError[] = [];
  if (duration !== undefined && duration <= 0) {
    errors.push(invalid(['spec', 'leaseDurationSeconds'], duration, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalid(['spec', 'leaseTransitions'], transitions, 'must be greater than or equal to 0'));
  }
  return errors;
}
