import type { ServiceAccount } from '../../kube/references.ts';
import { serviceAccount as schema } from '../../kube/schema/reference-schemas.ts';
import { defineKind } from '../define-kind.ts';
import { serviceAccountFields } from '../fields/data-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';

export const serviceAccount: ResourceKind<ServiceAccount> = defineKind<ServiceAccount>({
  kind: 'ServiceAccount',
  shortNames: ['sa'],
  schema,
  fields: serviceAccountFields,
  columns: [
    nameColumn(),
    column('Secrets', 'How many Secrets it names.', ({ secrets = [] }) => String(secrets.length)),
    ageColumn(),
  ],
  subresources: [
    { name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
  ],
});
