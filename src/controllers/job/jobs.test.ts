import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../../test/support/controller-story.ts';
import type { Pod } from '../../kube/pod.ts';
import type { Job, JobSpec } from '../../kube/workload-kinds.ts';
import { isActive, isFinished } from '../pod-state.ts';
import { formatIndexes, parseIndexes } from './index-set.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

async function createJob(spec: Partial<JobSpec> = {}): Promise<void> {
  const job: Job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default' },
    spec: { template: { spec: { ...pause, restartPolicy: 'Never' } }, ...spec },
  };
  await story.api.create('Job', job);
  await story.settle();
}

function job(): Job | undefined {
  return story.api.get('Job', 'default', 'work');
}

function conditions(): readonly string[] {
  return (job()?.status?.conditions ?? []).map((it) => `${it.type} ${it.status} ${it.reason}: ${it.message}`);
}

function active(): readonly Pod[] {
  return story.pods().filter(isActive);
}

function indexOf({ metadata }: Pod): string | undefined {
  return metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
}

async function end(pod: Pod | undefined, phase: 'Succeeded' | 'Failed'): Promise<void> {
  if (pod !== undefined) await story.report(pod, phase, false);
  await story.settle();
}

function failedByDisruption(pod: Pod): Pod {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime: '2026-03-01T12:00:00Z',
  } as const;
  return {
    ...pod,
    status: { qosClass: 'BestEffort', ...pod.status, phase: 'Failed', conditions: [condition] },
  };
}

describe('a job', () => {
  test('is complete when its pod has succeeded; its pods are let go of', async () => {
    await createJob();
    expect(job()?.status).toMatchObject({ active: 1, startTime: '2026-03-01T12:00:00Z' });
    expect(active()[0]?.metadata.labels).toMatchObject({
      'job-name': 'work',
      'batch.kubernetes.io/job-name': 'work',
    });
    await end(active()[0], 'Succeeded');
    expect(job()?.status).toMatchObject({ succeeded: 1, completionTime: '2026-03-01T12:00:00Z' });
    expect(job()?.status?.active).toBeUndefined();
    expect(conditions()).toEqual([
      'SuccessCriteriaMet True CompletionsReached: Reached expected number of succeeded pods',
      'Complete True CompletionsReached: Reached expected number of succeeded pods',
    ]);
    expect(story.messages('Job/work').at(-1)).toBe('Completed: Job completed');
    expect(story.pods()[0]?.metadata.finalizers).toBeUndefined();
    expect(story.errors).toEqual([]);
  });

  test('runs as many pods at once as it may, and counts those that are deleted afterwards', async () => {
    await createJob({ completions: 5, parallelism: 2 });
    for (let left = 5; left > 0; left -= 1) {
      expect(active()).toHaveLength(Math.min(2, left));
      const [pod] = active();
      await end(pod, 'Succeeded');
      await story.api.delete('Pod', 'default', pod?.metadata.name ?? '');
      await story.settle();
    }
    expect(job()?.status?.succeeded).toBe(5);
    expect(conditions().at(-1)).toMatch(/^Complete True/);
  });

  test('waits 10 s after a failure, twice as long after the next one, and gives up at backoffLimit', async () => {
    await createJob({ backoffLimit: 2 });
    await end(active()[0], 'Failed');
    expect(active()).toEqual([]);
    await story.advance(9999);
    expect(active()).toEqual([]);
    await story.advance(1);
    expect(active()).toHaveLength(1);
    await end(active()[0], 'Failed');
    await story.advance(19_000);
    expect(active()).toEqual([]);
    await story.advance(1000);
    await end(active()[0], 'Failed');
    expect(conditions()).toEqual([
      'FailureTarget True BackoffLimitExceeded: Job has reached the specified backoff limit',
      'Failed True BackoffLimitExceeded: Job has reached the specified backoff limit',
    ]);
    expect(job()?.status?.failed).toBe(3);
    expect(story.messages('Job/work').at(-1)).toBe(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
    await story.advance(3_600_000);
    expect(active()).toEqual([]);
  });

  test('ends its pods at its active deadline, and has failed when they are gone', async () => {
    await createJob({ activeDeadlineSeconds: 60, parallelism: 2, completions: 2 });
    await story.advance(60_000);
    expect(active()).toEqual([]);
    expect(conditions()).toEqual([
      'FailureTarget True DeadlineExceeded: Job was active longer than specified deadline',
    ]);
    await story.endTerminating();
    expect(conditions().at(-1)).toBe(
      'Failed True DeadlineExceeded: Job was active longer than specified deadline',
    );
  });

  test('is removed with its pods when its time to live is over', async () => {
    await createJob({ ttlSecondsAfterFinished: 100 });
    await end(active()[0], 'Succeeded');
    await story.advance(99_000);
    expect(job()).toBeDefined();
    await story.advance(1000);
    await story.endTerminating();
    expect(job()).toBeUndefined();
    expect(story.pods()).toEqual([]);
  });

  test('has no pods while it is suspended, which are no failures', async () => {
    await createJob();
    const suspend = async (value: boolean): Promise<void> => {
      await story.api.update('Job', 'default', 'work', (it) => ({
        ...it,
        spec: { ...it.spec, suspend: value },
      }));
      await story.settle();
      await story.endTerminating();
    };
    await suspend(true);
    expect(story.pods()).toEqual([]);
    expect(conditions()).toEqual(['Suspended True JobSuspended: Job suspended']);
    await suspend(false);
    expect(active()).toHaveLength(1);
    expect(conditions()).toEqual(['Suspended False JobResumed: Job resumed']);
    expect(job()?.status?.failed).toBeUndefined();
  });

  test('gives each pod an index, and begins one anew that failed', async () => {
    await createJob({ completionMode: 'Indexed', completions: 3, parallelism: 3 });
    expect(new Set(active().map(indexOf))).toEqual(new Set(['0', '1', '2']));
    expect(active()[0]?.spec.containers[0]?.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
    await end(
      active().find((it) => indexOf(it) === '1'),
      'Failed',
    );
    await story.advance(10_000);
    expect(new Set(active().map(indexOf))).toEqual(new Set(['0', '1', '2']));
    for (const pod of active()) await end(pod, 'Succeeded');
    expect(job()?.status).toMatchObject({ succeeded: 3, failed: 1, completedIndexes: '0-2' });
  });

  test('fails at once by a rule for an exit code', async () => {
    const rules = [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [] }];
    await createJob({ podFailurePolicy: { rules } });
    const [pod] = active();
    await end(pod, 'Failed');
    expect(conditions().at(-1)).toBe(
      `Failed True PodFailurePolicy: Container c for pod default/${pod?.metadata.name} failed with exit code 1 matching FailJob rule at index 0`,
    );
  });

  test('fails by a rule for a condition of its pod', async () => {
    const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }];
    await createJob({ podFailurePolicy: { rules: [{ action: 'FailJob', onPodConditions }] } });
    const [pod] = active();
    await story.api.update('Pod', 'default', pod?.metadata.name ?? '', failedByDisruption, 'status');
    await story.settle();
    expect(conditions().at(-1)).toBe(
      `Failed True PodFailurePolicy: Pod default/${pod?.metadata.name} has condition DisruptionTarget matching FailJob rule at index 0`,
    );
  });

  test.each([
    ['TerminatingOrFailed', 1],
    ['Failed', 0],
  ])('replaces a pod that is ending by its podReplacementPolicy: %s', async (podReplacementPolicy, made) => {
    await createJob({ podReplacementPolicy });
    await story.runPods();
    await story.api.delete('Pod', 'default', active()[0]?.metadata.name ?? '');
    await story.settle();
    expect(active()).toHaveLength(made);
  });

  test('that somebody else manages has no pods from here', async () => {
    await createJob({ managedBy: 'example.com/queue' });
    expect(story.pods()).toEqual([]);
    expect(job()?.status?.startTime).toBeUndefined();
  });

  test('leaves nothing behind that hangs when it is deleted', async () => {
    await createJob();
    await story.runPods();
    await story.api.delete('Job', 'default', 'work', { propagationPolicy: 'Background' });
    await story.endTerminating();
    await story.endTerminating();
    expect(story.pods().filter((it) => !isFinished(it))).toEqual([]);
    expect(story.pods()).toEqual([]);
  });
});

test('indexes are written as ranges', () => {
  expect(formatIndexes([4, 0, 2, 1, 7, 8])).toBe('0-2,4,7,8');
  expect([...parseIndexes('0-2,4,9-99999999999,x', 8)]).toEqual([0, 1, 2, 4]);
});
