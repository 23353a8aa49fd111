import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../test/support/controller-story.ts';
import type { Namespace } from '../kube/references.ts';
import type { Deployment } from '../kube/workload-kinds.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

async function createNamespace(): Promise<void> {
  const namespace: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
  await story.api.create('Namespace', namespace);
  await story.settle();
}

function conditions(): readonly string[] {
  const { status } = story.api.get('Namespace', '', 'team') ?? {};
  return (status?.conditions ?? []).map((it) => `${it.type} ${it.status} ${it.reason}: ${it.message}`);
}

test('the first namespaces are there, each with its account and the CA', () => {
  expect(story.api.list('Namespace').map((it) => it.metadata.name)).toEqual([
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ]);
  expect(story.api.list('ServiceAccount').map((it) => it.metadata.namespace)).toHaveLength(4);
  expect(story.api.get('ConfigMap', 'kube-system', 'kube-root-ca.crt')?.data).toEqual({ 'ca.crt': 'CA' });
});

test('the account and the CA come back, and the CA is what it was', async () => {
  await createNamespace();
  await story.api.delete('ServiceAccount', 'team', 'default');
  await story.api.update('ConfigMap', 'team', 'kube-root-ca.crt', (it) => ({
    ...it,
    data: { 'ca.crt': 'forged' },
  }));
  await story.settle();
  expect(story.api.get('ServiceAccount', 'team', 'default')).toBeDefined();
  expect(story.api.get('ConfigMap', 'team', 'kube-root-ca.crt')?.data).toEqual({ 'ca.crt': 'CA' });
  await story.api.delete('ConfigMap', 'team', 'kube-root-ca.crt');
  await story.settle();
  expect(story.api.get('ConfigMap', 'team', 'kube-root-ca.crt')).toBeDefined();
});

test('a namespace goes with all that is in it, and says what it waits for', async () => {
  await createNamespace();
  const deployment: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'team' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pause },
    },
  };
  await story.api.create('Deployment', deployment);
  await story.runPods();
  await story.api.delete('Namespace', '', 'team');
  await story.settle();
  expect(story.api.get('Namespace', '', 'team')?.status?.phase).toBe('Terminating');
  expect(conditions()).toEqual([
    'NamespaceDeletionDiscoveryFailure False ResourcesDiscovered: All resources successfully discovered',
    'NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions: All legacy kube types successfully parsed',
    'NamespaceDeletionContentFailure False ContentDeleted: All content successfully deleted, may be waiting on finalization',
    'NamespaceContentRemaining True SomeResourcesRemain: Some resources are remaining: pods. has 2 resource instances',
    'NamespaceFinalizersRemaining False ContentHasNoFinalizers: All content-preserving finalizers finished',
  ]);
  await story.endTerminating();
  expect(story.api.get('Namespace', '', 'team')).toBeUndefined();
  expect(story.api.list('ReplicaSet', 'team')).toEqual([]);
  expect(story.errors).toEqual([]);
});

test('a finalizer of its content holds a namespace', async () => {
  await createNamespace();
  await story.api.create('ConfigMap', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'held', namespace: 'team', finalizers: ['example.com/wait'] },
  });
  await story.api.delete('Namespace', '', 'team');
  await story.settle();
  expect(conditions().slice(3)).toEqual([
    'NamespaceContentRemaining True SomeResourcesRemain: Some resources are remaining: configmaps. has 1 resource instances',
    'NamespaceFinalizersRemaining True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances',
  ]);
});
