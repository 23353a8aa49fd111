import type { KubeObject } from '../kube/meta.ts';
import { objectFields } from '../kube/schema/meta-schemas.ts';
import { defineKind } from './define-kind.ts';
import type { AuditRecord, ListResult, ObjectService } from './object-service.ts';
import { ageOf } from './printing/age.ts';
import { column } from './printing/columns.ts';
import type { ResourceKind } from './resource-kind.ts';

/** `podproof.dev/v1` AuditRecord: what an `audit` level of Pod Security found about a request that was let through. */
interface AuditObject extends KubeObject, AuditRecord {}

const VIOLATIONS = 'pod-security.kubernetes.io/audit-violations';

/** `kubectl get audit`. Records are kept in memory only, and can be listed: nothing else. */
export const AUDIT: ResourceKind = defineKind<AuditObject>({
  group: 'podproof.dev',
  kind: 'AuditRecord',
  resource: 'audit',
  singular: 'audit',
  namespaced: false,
  verbs: ['list'],
  stored: undefined,
  schema: {
    ...objectFields,
    'at!': 'time',
    'user!': 'string',
    'verb!': 'string',
    'resource!': 'string',
    'namespace!': 'string',
    'name!': 'string',
    'annotations!': { '*': 'string' },
  },
  validate: () => [],
  columns: [
    column('Age', 'How long ago it was asked.', ({ at }, { nowMs }) => ageOf(at, nowMs)),
    column('User', 'Who asked.', ({ user }) => user),
    column('Verb', 'What was asked.', ({ verb }) => verb),
    column('Resource', 'Of what.', ({ resource }) => resource),
    column('Namespace', 'Where.', ({ namespace }) => namespace),
    column('Name', 'Of which object.', ({ name }) => name),
    column('Violations', 'What the audit level found.', ({ annotations }) => annotations[VIOLATIONS] ?? ''),
  ],
});

export function listAudit({ audit, resourceVersion }: ObjectService): ListResult {
  return { resourceVersion, items: audit.map(toObject) };
}

function toObject(record: AuditRecord, index: number): AuditObject {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'AuditRecord',
    metadata: { name: `audit-${index}`, creationTimestamp: record.at },
    ...record,
  };
}
