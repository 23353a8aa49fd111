import type { Namespace } from '../../kube/references.ts';
import { namespace as schema } from '../../kube/schema/reference-schemas.ts';
import { defineKind } from '../define-kind.ts';
import { namespaceFields } from '../fields/cluster-fields.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** Selectors of namespaces find one by its name through this label, which nobody can take off. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespace: ResourceKind<Namespace> = defineKind<Namespace>({
  kind: 'Namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  schema,
  fields: namespaceFields,
  defaults: (object) => {
    const { metadata } = object;
    const { name } = metadata;
    if (name === undefined || metadata.labels?.[NAME_LABEL] === name) return object;
    return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [NAME_LABEL]: name } } };
  },
  prepareCreate: (object) => ({
    ...object,
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }),
  // What empties the namespace takes its finalizer off by way of `finalize`.
  prepareUpdate: (next, previous) => ({ ...next, ...(previous.spec && { spec: previous.spec }) }),
  selectableFields: [{ label: 'status.phase' }],
  columns: [
    nameColumn(),
    column('Status', 'Active, or Terminating while it is emptied.', ({ status }) => status?.phase ?? ''),
    ageColumn(),
  ],
  subresources: [
    { name: 'finalize', group: '', version: 'v1', kind: 'Namespace', verbs: ['update'] },
    { name: 'status', group: '', version: 'v1', kind: 'Namespace', verbs: ['get', 'patch', 'update'] },
  ],
});
