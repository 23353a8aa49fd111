import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, invalid, notSupported, required } from '../../kube/field-error.ts';
import type { Job, JobSpec } from '../../kube/workload-kinds.ts';
import { immutableField, isSame } from './immutable.ts';
import { defaultedTemplate } from './template-defaults.ts';

const UID_LABEL = 'batch.kubernetes.io/controller-uid';
const COMPLETION_MODES = ['Indexed', 'NonIndexed'];
const INT32_MAX = 2 ** 31 - 1;

export function defaultedJobSpec(spec: JobSpec): JobSpec {
  const isPlain = spec.completions === undefined && spec.parallelism === undefined;
  const backoffLimit = spec.backoffLimitPerIndex === undefined ? 6 : INT32_MAX;
  const replacement = spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  return {
    ...spec,
    ...(isPlain && { completions: 1 }),
    parallelism: spec.parallelism ?? 1,
    backoffLimit: spec.backoffLimit ?? backoffLimit,
    completionMode: spec.completionMode ?? 'NonIndexed',
    suspend: spec.suspend ?? false,
    manualSelector: spec.manualSelector ?? false,
    podReplacementPolicy: spec.podReplacementPolicy ?? replacement,
    template: defaultedTemplate(spec.template),
  };
}

/** The Job with labels on its template that no other Job's pods have, and the selector that finds them. */
export function withGeneratedSelector(job: Job): Job {
  const { spec, metadata } = job;
  if (spec.manualSelector === true) return job;
  const { uid = '', name = '' } = metadata;
  const labels = {
    ...spec.template.metadata?.labels,
    'controller-uid': uid,
    [UID_LABEL]: uid,
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
  };
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  const selector = spec.selector ?? { matchLabels: { [UID_LABEL]: uid } };
  return { ...job, spec: { ...spec, selector, template } };
}

export function validateJobSpec({ spec, metadata }: Job): readonly FieldError[] {
  const numbers = {
    parallelism: spec.parallelism,
    completions: spec.completions,
    activeDeadlineSeconds: spec.activeDeadlineSeconds,
    backoffLimit: spec.backoffLimit,
    ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished,
    backoffLimitPerIndex: spec.backoffLimitPerIndex,
    maxFailedIndexes: spec.maxFailedIndexes,
  };
  const errors = Object.entries(numbers).flatMap(([name, value]) =>
    value === undefined || value >= 0
      ? []
      : [invalid(['spec', name], value, 'must be greater than or equal to 0')],
  );
  const { completionMode = 'NonIndexed' } = spec;
  if (!COMPLETION_MODES.includes(completionMode)) {
    errors.push(notSupported(['spec', 'completionMode'], completionMode, COMPLETION_MODES));
  } else if (completionMode === 'Indexed' && spec.completions === undefined) {
    errors.push(required(['spec', 'completions'], 'when completion mode is Indexed'));
  }
  return [...errors, ...validateSelector(spec, metadata.uid ?? '')];
}

function validateSelector(spec: JobSpec, uid: string): readonly FieldError[] {
  const path: FieldPath = ['spec', 'selector'];
  if (spec.selector === undefined) return spec.manualSelector === true ? [required(path)] : [];
  const isGenerated = spec.selector.matchLabels?.[UID_LABEL] === uid;
  if (spec.manualSelector === true || isGenerated) return [];
  return [invalid(path, spec.selector, '`selector` not auto-generated')];
}

const FIXED = [
  'selector',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

/** A Job's pods are all alike: what makes them does not change, nor how many must succeed. */
export function validateJobUpdate(next: Job, previous: Job): readonly FieldError[] {
  const errors = FIXED.flatMap((field) =>
    immutableField(next.spec[field], previous.spec[field], ['spec', field]),
  );
  const { completions, parallelism, completionMode } = next.spec;
  // An indexed Job grows and shrinks as long as both numbers are one.
  const isElastic = completionMode === 'Indexed' && completions !== undefined && completions === parallelism;
  if (!isElastic) {
    errors.push(...immutableField(completions, previous.spec.completions, ['spec', 'completions']));
  }
  const template = withSchedulingOf(next.spec, previous);
  if (!isSame(template, previous.spec.template)) {
    errors.push(invalid(['spec', 'template'], next.spec.template, 'field is immutable'));
  }
  return errors;
}

/** While a Job is suspended and has not started, where its pods go may change. */
function withSchedulingOf({ template }: JobSpec, previous: Job): JobSpec['template'] {
  if (previous.spec.suspend !== true || previous.status?.startTime !== undefined) return template;
  const { nodeSelector: _n, tolerations: _t, affinity: _a, schedulingGates: _g, ...rest } = template.spec;
  const { nodeSelector, tolerations, affinity, schedulingGates } = previous.spec.template.spec;
  return {
    ...template,
    spec: {
      ...rest,
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
      ...(affinity && { affinity }),
      ...(schedulingGates && { schedulingGates }),
    },
  };
}
