import { job as schema } from '../../kube/schema/workload-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import type { Job } from '../../kube/workload-kinds.ts';
import { defineKind, withoutStatus } from '../define-kind.ts';
import { jobFields } from '../fields/job-fields.ts';
import { humanDuration } from '../printing/age.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { templateColumns } from '../printing/template-columns.ts';
import type { ColumnContext, ResourceKind } from '../resource-kind.ts';
import {
  defaultedJobSpec,
  validateJobSpec,
  validateJobUpdate,
  withGeneratedSelector,
} from '../rules/job-rules.ts';

export const job: ResourceKind<Job> = defineKind<Job>({
  group: 'batch',
  kind: 'Job',
  categories: ['all'],
  schema,
  fields: jobFields,
  defaults: (object) => {
    const labels = object.metadata.labels ?? object.spec.template.metadata?.labels;
    const metadata = { ...object.metadata, ...(labels && { labels }) };
    return { ...object, metadata, spec: defaultedJobSpec(object.spec) };
  },
  prepareCreate: (object) => withGeneratedSelector(withoutStatus(object)),
  validate: (object) => [...validateObject(object), ...validateJobSpec(object)],
  validateUpdate: validateJobUpdate,
  selectableFields: [{ label: 'status.successful', path: 'status.succeeded', absent: '0' }],
  columns: [
    nameColumn(),
    column('Status', 'How far it is.', statusOf),
    column('Completions', 'Pods that have succeeded, of all that must.', completionsOf),
    column('Duration', 'How long it took, or has taken so far.', durationOf),
    ageColumn(),
    ...templateColumns<Job>(),
  ],
  subresources: [
    { name: 'status', group: 'batch', version: 'v1', kind: 'Job', verbs: ['get', 'patch', 'update'] },
  ],
});

function statusOf({ status, spec, metadata }: Job): string {
  const holds = (wanted: string): boolean =>
    (status?.conditions ?? []).some((it) => it.type === wanted && it.status === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (holds('Suspended') || (spec.suspend === true && status?.startTime === undefined)) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completionsOf({ status, spec }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const { parallelism = 0 } = spec;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationOf({ status }: Job, { nowMs }: ColumnContext): string {
  if (status?.startTime === undefined) return '';
  const end = status.completionTime === undefined ? nowMs : Date.parse(status.completionTime);
  return humanDuration(end - Date.parse(status.startTime));
}
