import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../../test/support/controller-story.ts';
import type { Pod } from '../../kube/pod.ts';
import type { ReplicaSet } from '../../kube/workload-kinds.ts';
import { podsToDelete } from './pods-to-delete.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

function set(replicas: number): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pause },
    },
  };
}

async function label(pod: Pod | undefined, app: string): Promise<void> {
  await story.api.update('Pod', 'default', pod?.metadata.name ?? '', (it) => ({
    ...it,
    metadata: { ...it.metadata, labels: { app } },
  }));
  await story.settle();
}

test('a pod that is no longer selected is released and replaced, and adopted when it is selected again', async () => {
  await story.api.create('ReplicaSet', set(1));
  await story.runPods();
  const [first] = story.pods();
  await label(first, 'debug');
  await story.runPods();
  expect(story.pods()).toHaveLength(2);
  const released = story.api.get('Pod', 'default', first?.metadata.name ?? '');
  expect(released?.metadata.ownerReferences).toBeUndefined();
  await label(first, 'web');
  await story.endTerminating();
  expect(story.pods()).toHaveLength(1);
  expect(story.pods()[0]?.metadata.ownerReferences).toHaveLength(1);
});

test('a pod that ends or is deleted is replaced', async () => {
  await story.api.create('ReplicaSet', set(1));
  await story.runPods();
  const [first] = story.pods();
  await story.api.delete('Pod', 'default', first?.metadata.name ?? '');
  await story.runPods();
  expect(story.pods().map((it) => it.metadata.uid)).not.toContain(first?.metadata.uid);
  expect(story.api.get('ReplicaSet', 'default', 'web')?.status).toMatchObject({
    replicas: 1,
    readyReplicas: 1,
  });
});

test('scaling down takes pods that are not ready first, and says which', async () => {
  await story.api.create('ReplicaSet', set(3));
  await story.runPods();
  const bad = story.pods()[1];
  if (bad === undefined) throw new Error('there is no pod');
  await story.report(bad, 'Running', false);
  await story.api.update('ReplicaSet', 'default', 'web', (it) => ({
    ...it,
    spec: { ...it.spec, replicas: 2 },
  }));
  await story.settle();
  const ending = story.pods().filter((it) => it.metadata.deletionTimestamp !== undefined);
  expect(ending.map((it) => it.metadata.name)).toEqual([bad.metadata.name]);
  expect(story.messages('ReplicaSet/web').at(-1)).toBe(`SuccessfulDelete: Deleted pod: ${bad.metadata.name}`);
});

test('what is missed least goes first', () => {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- only this test speaks of such pods
  const pod = (name: string, more: Partial<Pod>): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    spec: { ...pause, nodeName: 'n1' },
    ...more,
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z', ...more.metadata },
  });
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- as above
  const status = (ready: boolean, restartCount = 0): Pick<Pod, 'status'> => ({
    status: {
      phase: 'Running',
      qosClass: 'BestEffort',
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:10Z' },
      ],
      containerStatuses: [
        {
          name: 'c',
          state: {},
          lastState: {},
          ready,
          started: true,
          restartCount,
          image: '',
          imageID: '',
        },
      ],
    },
  });
  const pods = [
    pod('old', status(true)),
    pod('restarted', status(true, 3)),
    pod('new', { ...status(true), metadata: { creationTimestamp: '2026-01-01T00:00:05Z' } }),
    pod('cheap', {
      ...status(true),
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } },
    }),
    pod('not-ready', status(false)),
    pod('pending', {}),
    pod('unassigned', { spec: pause }),
  ];
  expect(podsToDelete(pods, 6).map((it) => it.metadata.name)).toEqual([
    'unassigned',
    'pending',
    'not-ready',
    'cheap',
    'restarted',
    'new',
  ]);
});
