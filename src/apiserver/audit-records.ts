import type { KubeObject } from '../kube/meta.ts';
import { defineKind } from './define-kind.ts';
import type { AuditRecord, ListResult, ObjectService } from './object-service.ts';
import { ageOf } from './printing/age.ts';
import { column } from './printing/columns.ts';
import type { ResourceKind } from './resource-kind.ts';

/** `podproof.dev/v1` AuditRecord: what an `audit` level of Pod Security found about a request that was let through. */
interface AuditRecordObject extends KubeObject {
  readonly record: AuditRecord;
}

const SHOWN = 'pod-security.kubernetes.io/audit-violations';

/** `kubectl get auditrecords`: kept in memory only, so that it can be listed and nothing else. */
export const AUDIT_RECORDS: ResourceKind = defineKind<AuditRecordObject>({
  group: 'podproof.dev',
  kind: 'AuditRecord',
  namespaced: false,
  verbs: ['list'],
  stored: undefined,
  schema: { 'apiVersion!': 'string', 'kind!': 'string', 'metadata!': 'any', 'record!': 'any' } as never,
  columns: [
    column('Age', 'How long ago it was asked.', ({ record }, { nowMs }) => ageOf(record.at, nowMs)),
    column('User', 'Who asked.', ({ record }) => record.user),
    column('Verb', 'What was asked.', ({ record }) => record.verb),
    column('Resource', 'Of what.', ({ record }) => record.resource),
    column('Namespace', 'Where.', ({ record }) => record.namespace),
    column('Name', 'Of which object.', ({ record }) => record.name),
    column('Violations', 'What the audit level found.', ({ record }) => record.annotations[SHOWN] ?? ''),
  ],
}) as unknown as ResourceKind;

export function listAuditRecords({ audit, resourceVersion }: ObjectService): ListResult {
  return { resourceVersion, items: audit.map(toObject) };
}

function toObject(record: AuditRecord, index: number): AuditRecordObject {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'AuditRecord',
    metadata: { name: String(index), creationTimestamp: record.at },
    record,
  };
}
