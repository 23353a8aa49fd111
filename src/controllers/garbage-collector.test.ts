import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../test/support/controller-story.ts';
import type { OwnerReference } from '../kube/meta.ts';
import type { ConfigMap } from '../kube/references.ts';
import type { Deployment } from '../kube/workload-kinds.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

async function create(
  name: string,
  owners: readonly OwnerReference[] = [],
  finalizers?: readonly string[],
): Promise<OwnerReference> {
  const map: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: 'default',
      ...(owners.length > 0 && { ownerReferences: owners }),
      ...(finalizers && { finalizers }),
    },
  };
  const created = await story.api.create('ConfigMap', map);
  await story.settle();
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    uid: created.metadata.uid ?? '',
    blockOwnerDeletion: true,
  };
}

function names(): readonly (string | undefined)[] {
  return story.api
    .list('ConfigMap', 'default')
    .map((it) => it.metadata.name)
    .filter((it) => it !== 'kube-root-ca.crt');
}

async function remove(
  name: string,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
): Promise<void> {
  await story.api.delete('ConfigMap', 'default', name, { propagationPolicy });
  await story.settle();
}

test('a tree goes with its root', async () => {
  const root = await create('root');
  const branch = await create('branch', [root]);
  await create('leaf', [branch]);
  await create('other');
  await remove('root', 'Background');
  expect(names()).toEqual(['other']);
});

test('what never had its owner goes too; an owner of an unknown kind keeps it', async () => {
  await create('lost', [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'none' }]);
  await create('impostor', [{ ...(await create('owner')), uid: 'another' }]);
  await create('custom', [{ apiVersion: 'example.com/v1', kind: 'Thing', name: 'x', uid: 'y' }]);
  expect(names()).toEqual(['custom', 'owner']);
});

test('one owner that is left keeps it, and the references to others go', async () => {
  const [a, b] = [await create('a'), await create('b')];
  await create('child', [a, b]);
  await remove('a', 'Background');
  expect(names()).toEqual(['b', 'child']);
  expect(story.api.get('ConfigMap', 'default', 'child')?.metadata.ownerReferences).toEqual([b]);
});

test('in the foreground the owner stays until its dependents are gone', async () => {
  const root = await create('root');
  await create('held', [root], ['example.com/wait']);
  await remove('root', 'Foreground');
  expect(names()).toEqual(['held', 'root']);
  await story.api.update('ConfigMap', 'default', 'held', (it) => ({
    ...it,
    metadata: { ...it.metadata, finalizers: [] },
  }));
  await story.settle();
  expect(names()).toEqual([]);
});

test('orphans stay, without their owner', async () => {
  await create('child', [await create('root')]);
  await remove('root', 'Orphan');
  expect(names()).toEqual(['child']);
  expect(story.api.get('ConfigMap', 'default', 'child')?.metadata.ownerReferences).toBeUndefined();
});

test('a deployment that is deleted in the foreground goes after its pods', async () => {
  const deployment: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pause },
    },
  };
  await story.api.create('Deployment', deployment);
  await story.runPods();
  await story.api.delete('Deployment', 'default', 'web', { propagationPolicy: 'Foreground' });
  await story.settle();
  expect(story.pods().every((it) => it.metadata.deletionTimestamp !== undefined)).toBe(true);
  expect(story.api.get('Deployment', 'default', 'web')).toBeDefined();
  await story.endTerminating();
  expect(story.pods()).toEqual([]);
  expect(story.api.list('ReplicaSet', 'default')).toEqual([]);
  expect(story.api.get('Deployment', 'default', 'web')).toBeUndefined();
});
