import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  nat,
  oneof,
  pre,
  record,
} from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../../test/support/controller-story.ts';
import type { IntOrString } from '../../kube/meta.ts';
import type { Deployment, DeploymentSpec } from '../../kube/workload-kinds.ts';
import { isActive, isReady } from '../pod-state.ts';
import { rollingNumbers } from './rolling-numbers.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

function web(spec: Partial<DeploymentSpec> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pause },
      ...spec,
    },
  };
}

async function change(edit: (spec: DeploymentSpec) => DeploymentSpec): Promise<void> {
  await story.api.update('Deployment', 'default', 'web', (it) => ({ ...it, spec: edit(it.spec) }));
}

function withImage(spec: DeploymentSpec, image: string): DeploymentSpec {
  return { ...spec, template: { ...spec.template, spec: { containers: [{ name: 'c', image }] } } };
}

function isNothing(it: IntOrString): boolean {
  return Number.parseInt(String(it), 10) === 0;
}

function deployment(): Deployment {
  const found = story.api.get('Deployment', 'default', 'web');
  if (found === undefined) throw new Error('the deployment is gone');
  return found;
}

function condition(type: string): string {
  const found = deployment().status?.conditions?.find((it) => it.type === type);
  return `${found?.status} ${found?.reason}: ${found?.message}`;
}

describe('a new deployment', () => {
  test('has a ReplicaSet, pods of its name, a revision and a status that kubectl waits for', async () => {
    await story.api.create('Deployment', web({ replicas: 2 }));
    await story.settle();
    const [set, ...others] = story.api.list('ReplicaSet', 'default');
    expect(others).toEqual([]);
    expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(set?.metadata.labels?.['pod-template-hash']).toBe(set?.metadata.name?.slice('web-'.length));
    expect(story.pods().map((it) => it.metadata.name)).toEqual([
      expect.stringMatching(`^${set?.metadata.name}-.{5}$`),
      expect.stringMatching(`^${set?.metadata.name}-.{5}$`),
    ]);
    expect(condition('Available')).toBe(
      'False MinimumReplicasUnavailable: Deployment does not have minimum availability.',
    );
    await story.runPods();
    expect(deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    expect(deployment().status).toMatchObject({
      observedGeneration: deployment().metadata.generation,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(condition('Available')).toBe(
      'True MinimumReplicasAvailable: Deployment has minimum availability.',
    );
    expect(condition('Progressing')).toBe(
      `True NewReplicaSetAvailable: ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
    );
    expect(story.messages('Deployment/web')).toEqual([
      `ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 2`,
    ]);
    expect(story.errors).toEqual([]);
  });

  test('comes to rest: nothing is written any more', async () => {
    await story.api.create('Deployment', web({ replicas: 2 }));
    await story.runPods();
    const version = deployment().metadata.resourceVersion;
    await story.advance(5000);
    expect(deployment().metadata.resourceVersion).toBe(version);
  });

  test('is available only after minReadySeconds', async () => {
    await story.api.create('Deployment', web({ minReadySeconds: 10 }));
    await story.runPods();
    expect(deployment().status?.readyReplicas).toBe(1);
    expect(deployment().status?.availableReplicas).toBeUndefined();
    await story.advance(10_000);
    expect(deployment().status?.availableReplicas).toBe(1);
  });
});

describe('a rollout', () => {
  test('never has fewer available or more pods than it may, whatever the order in which pods become ready', async () => {
    const numbers = oneof(
      integer({ min: 0, max: 4 }),
      integer({ min: 0, max: 100 }).map((it) => `${it}%`),
    ) satisfies Arbitrary<IntOrString>;
    await assert(
      asyncProperty(
        integer({ min: 1, max: 7 }),
        numbers,
        numbers,
        array(nat(), { minLength: 40, maxLength: 40 }),
        async (replicas, maxSurge, maxUnavailable, order) => {
          pre(!(isNothing(maxSurge) && isNothing(maxUnavailable)));
          await story.close();
          story = await openControllerStory();
          const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
          await story.api.create('Deployment', web({ replicas, strategy }));
          await story.runPods();
          await change((it) => withImage(it, 'registry.example/pause:2'));
          const limits = rollingNumbers(deployment());
          let steps = 0;
          for (const choice of order) {
            await story.settle();
            const active = story.pods().filter(isActive);
            expect(active.length).toBeLessThanOrEqual(replicas + limits.maxSurge);
            expect(active.filter(isReady).length).toBeGreaterThanOrEqual(replicas - limits.maxUnavailable);
            const waiting = active.filter((it) => it.status?.phase === 'Pending');
            const pod = waiting[choice % Math.max(1, waiting.length)];
            if (pod === undefined) break;
            await story.report(pod, 'Running', true);
            if (choice % 3 === 0) await story.endTerminating();
            steps += 1;
          }
          expect(steps).toBe(replicas);
          await story.runPods();
          expect(deployment().status).toMatchObject({
            updatedReplicas: replicas,
            availableReplicas: replicas,
          });
          expect(story.errors).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  test('ends where the deployment was brought last, whatever was done to it on the way', async () => {
    const edit = record({
      replicas: integer({ min: 0, max: 6 }),
      version: integer({ min: 1, max: 3 }),
      paused: boolean(),
      type: constantFrom('RollingUpdate', 'Recreate'),
      ready: nat(),
    });
    await assert(
      asyncProperty(array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        await story.close();
        story = await openControllerStory();
        await story.api.create('Deployment', web({ replicas: 3 }));
        for (const { replicas, version, paused, type, ready } of edits) {
          await change((it) => {
            const { strategy: _, ...spec } = withImage(it, `registry.example/pause:${version}`);
            return { ...spec, replicas, paused, strategy: { type } };
          });
          await story.settle();
          for (const pod of story
            .pods()
            .filter(isActive)
            .slice(0, ready % 4))
            await story.report(pod, 'Running', true);
          if (ready % 2 === 0) await story.endTerminating();
        }
        await change((it) => ({ ...it, paused: false }));
        await story.runPods();
        const { replicas, version } = edits.at(-1) ?? { replicas: 3, version: 1 };
        expect(story.pods().map((it) => it.spec.containers[0]?.image)).toEqual(
          Array.from({ length: replicas }, () => `registry.example/pause:${version}`),
        );
        expect(deployment().status?.availableReplicas ?? 0).toBe(replicas);
        expect(deployment().status?.unavailableReplicas).toBeUndefined();
        expect(condition('Progressing')).toMatch(/^True NewReplicaSetAvailable: /);
        expect(story.errors).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  test('goes back to an earlier ReplicaSet, which gets the next revision and remembers its own', async () => {
    await story.api.create('Deployment', web());
    await story.runPods();
    const [first] = story.api.list('ReplicaSet', 'default');
    await change((it) => withImage(it, 'registry.example/pause:2'));
    await story.runPods();
    await change((it) => ({ ...it, template: web().spec.template }));
    await story.runPods();
    const sets = story.api.list('ReplicaSet', 'default');
    expect(sets).toHaveLength(2);
    const back = sets.find((it) => it.metadata.uid === first?.metadata.uid);
    expect(back?.spec.replicas).toBe(1);
    expect(back?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  test('waits for the end of all old pods when the strategy is Recreate', async () => {
    await story.api.create('Deployment', web({ replicas: 2, strategy: { type: 'Recreate' } }));
    await story.runPods();
    await change((it) => withImage(it, 'registry.example/pause:2'));
    await story.settle();
    expect(story.pods().filter(isActive)).toEqual([]);
    expect(story.api.list('ReplicaSet', 'default')).toHaveLength(1);
    await story.endTerminating();
    expect(story.pods().map((it) => it.spec.containers[0]?.image)).toEqual([
      'registry.example/pause:2',
      'registry.example/pause:2',
    ]);
  });

  test('does not begin while it is paused, but is scaled', async () => {
    await story.api.create('Deployment', web());
    await story.runPods();
    await change((it) => ({ ...withImage(it, 'registry.example/pause:2'), paused: true, replicas: 3 }));
    await story.runPods();
    expect(story.pods().map((it) => it.spec.containers[0]?.image)).toEqual(
      Array.from({ length: 3 }, () => 'registry.example/pause:1'),
    );
    expect(condition('Progressing')).toBe('Unknown DeploymentPaused: Deployment is paused');
    await change((it) => ({ ...it, paused: false }));
    await story.runPods();
    expect(new Set(story.pods().map((it) => it.spec.containers[0]?.image))).toEqual(
      new Set(['registry.example/pause:2']),
    );
  });

  test('is over its deadline when nothing becomes ready', async () => {
    await story.api.create('Deployment', web({ progressDeadlineSeconds: 30 }));
    await story.advance(32_000);
    const [set] = story.api.list('ReplicaSet', 'default');
    expect(condition('Progressing')).toBe(
      `False ProgressDeadlineExceeded: ReplicaSet "${set?.metadata.name}" has timed out progressing.`,
    );
  });

  test('keeps no more old ReplicaSets than revisionHistoryLimit', async () => {
    await story.api.create('Deployment', web({ revisionHistoryLimit: 1 }));
    await story.runPods();
    for (const version of [2, 3, 4]) {
      await change((it) => withImage(it, `registry.example/pause:${version}`));
      await story.runPods();
    }
    const revisions = story.api
      .list('ReplicaSet', 'default')
      .map((it) => it.metadata.annotations?.['deployment.kubernetes.io/revision']);
    expect(new Set(revisions)).toEqual(new Set(['3', '4']));
  });
});

test('pods that are refused show on the ReplicaSet and on the deployment', async () => {
  await story.api.update('Namespace', '', 'default', (it) => ({
    ...it,
    metadata: {
      ...it.metadata,
      labels: { ...it.metadata.labels, 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  }));
  await story.api.create('Deployment', web());
  await story.settle();
  const [set] = story.api.list('ReplicaSet', 'default');
  expect(story.pods()).toEqual([]);
  expect(story.messages(`ReplicaSet/${set?.metadata.name}`)[0]).toMatch(
    /^FailedCreate: Error creating: pods "web-\w+-\w{5}" is forbidden: violates PodSecurity "restricted:latest": /,
  );
  expect(condition('ReplicaFailure')).toMatch(/^True FailedCreate: pods "web-\w+-\w{5}" is forbidden: /);
});
