import { describe, expect, test } from 'vitest';
import { changeProblems, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Job, JobSpec } from '../../kube/workload-kinds.ts';
import { job } from './job.ts';

function jobOf(spec: Partial<JobSpec> = {}): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi', namespace: 'default' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'perl:5' }] } },
      ...spec,
    },
  };
}

describe('defaults', () => {
  test('are one completion, one pod at a time and six retries', () => {
    expect(job.defaults(jobOf()).spec).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    });
  });

  test('of a work queue leave the completions open', () => {
    expect(job.defaults(jobOf({ parallelism: 3 })).spec.completions).toBeUndefined();
  });
});

describe('the selector', () => {
  const kept = created(job, jobOf());

  test('is made from the uid, and the template gets the labels', () => {
    expect(kept.spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } });
    expect(kept.spec.template.metadata?.labels).toEqual({
      'batch.kubernetes.io/controller-uid': 'u-1',
      'batch.kubernetes.io/job-name': 'pi',
      'controller-uid': 'u-1',
      'job-name': 'pi',
    });
    expect(problemsOf(job, kept)).toEqual([]);
  });

  test('that somebody wrote is refused without manualSelector', () => {
    const written = created(job, jobOf({ selector: { matchLabels: { app: 'pi' } } }));
    expect(problemsOf(job, written)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"pi"}}: `selector` not auto-generated',
    ]);
  });

  test('neither it nor the template changes', () => {
    const template = { ...kept.spec.template, spec: { ...kept.spec.template.spec, hostNetwork: true } };
    const [problem, ...more] = changeProblems(job, { ...kept, spec: { ...kept.spec, template } }, kept);
    expect(problem).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/);
    expect(more).toEqual([]);
    expect(changeProblems(job, { ...kept, spec: { ...kept.spec, parallelism: 2 } }, kept)).toEqual([]);
    expect(changeProblems(job, { ...kept, spec: { ...kept.spec, completions: 2 } }, kept)).toEqual([
      'spec.completions: Invalid value: 2: field is immutable',
    ]);
  });

  test('where the pods of a suspended Job go may change', () => {
    const suspended = { ...kept, spec: { ...kept.spec, suspend: true } };
    const spec = { ...suspended.spec.template.spec, nodeSelector: { disk: 'ssd' } };
    const next = {
      ...suspended,
      spec: { ...suspended.spec, template: { ...suspended.spec.template, spec } },
    };
    expect(changeProblems(job, next, suspended)).toEqual([]);
    expect(
      changeProblems(job, next, { ...suspended, spec: { ...suspended.spec, suspend: false } }),
    ).toHaveLength(1);
  });
});

test('validation', () => {
  expect(problemsOf(job, jobOf({ backoffLimit: -1, completionMode: 'Some' }))).toEqual([
    'spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
    'spec.completionMode: Unsupported value: "Some": supported values: "Indexed", "NonIndexed"',
  ]);
  expect(problemsOf(job, jobOf({ completionMode: 'Indexed', parallelism: 2 }))).toEqual([
    'spec.completions: Required value: when completion mode is Indexed',
  ]);
});

test('what the node does nothing about is told', () => {
  const rules = [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }];
  const asked = jobOf({
    completionMode: 'Indexed',
    backoffLimitPerIndex: 1,
    maxFailedIndexes: 1,
    successPolicy: { rules: [{ succeededCount: 1 }] },
    podFailurePolicy: { rules },
  });
  expect(job.warnings?.(asked)).toEqual([
    'podproof does not carry out spec.successPolicy: the Job is complete when all its completions are',
    'podproof does not carry out spec.backoffLimitPerIndex: failures are counted for the whole Job',
    'podproof does not carry out spec.maxFailedIndexes: failures are counted for the whole Job',
    'podproof does not carry out spec.podFailurePolicy.rules[0].action: such a failure counts for the whole Job',
  ]);
  expect(job.warnings?.(job.defaults(jobOf()))).toEqual([]);
});

test('its row, while it runs and when it is over', () => {
  const kept = created(job, jobOf());
  const running = { ...kept, status: { startTime: '2026-01-01T00:59:00Z', active: 1 } };
  expect(rowOf(job, running)).toEqual({
    NAME: 'pi',
    STATUS: 'Running',
    COMPLETIONS: '0/1',
    DURATION: '60s',
    AGE: '2m',
  });
  const complete = {
    ...kept,
    status: {
      startTime: '2026-01-01T00:59:00Z',
      completionTime: '2026-01-01T00:59:07Z',
      succeeded: 1,
      conditions: [{ type: 'Complete', status: 'True' }],
    },
  };
  expect(rowOf(job, complete)).toMatchObject({ STATUS: 'Complete', COMPLETIONS: '1/1', DURATION: '7s' });
});
