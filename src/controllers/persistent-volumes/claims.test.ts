import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../../test/support/controller-story.ts';
import type { Pod } from '../../kube/pod.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../kube/references.ts';
import type { PersistentVolumeClaimSpec } from '../../kube/volume.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

async function claim(name: string, spec: Partial<PersistentVolumeClaimSpec> = {}): Promise<void> {
  const object: PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  };
  await story.api.create('PersistentVolumeClaim', object);
  await story.settle();
}

async function volume(
  name: string,
  storage: string,
  more: Partial<PersistentVolume['spec']> = {},
): Promise<void> {
  const object: PersistentVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: `/data/${name}` },
      ...more,
    },
  };
  await story.api.create('PersistentVolume', object);
  await story.settle();
}

async function user(name: string, claimName: string): Promise<void> {
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName } }];
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { ...pause, volumes },
  };
  await story.api.create('Pod', pod);
  await story.settle();
}

function found(name: string): PersistentVolumeClaim | undefined {
  return story.api.get('PersistentVolumeClaim', 'default', name);
}

test('a claim without a class gets a directory of its own, which goes with it', async () => {
  await claim('data');
  const uid = found('data')?.metadata.uid ?? '';
  expect(story.errors).toEqual([]);
  expect(found('data')).toMatchObject({
    spec: { volumeName: `pvc-${uid}` },
    status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
  });
  expect(story.api.get('PersistentVolume', '', `pvc-${uid}`)).toMatchObject({
    spec: {
      claimRef: { name: 'data', namespace: 'default', uid },
      hostPath: { path: '/claims/default/data' },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'podproof-local',
    },
    status: { phase: 'Bound' },
  });
  expect(story.messages('PersistentVolumeClaim/data')).toEqual([
    `ProvisioningSucceeded: Successfully provisioned volume pvc-${uid}`,
  ]);
  expect(story.errors).toEqual([]);
  await story.api.delete('PersistentVolumeClaim', 'default', 'data');
  await story.settle();
  expect(found('data')).toBeUndefined();
  expect(story.removedDirectories).toEqual(['default/data']);
  expect(story.api.list('PersistentVolume')).toEqual([]);
});

test('a claim that is deleted stays while a pod uses it', async () => {
  await claim('data');
  await user('web', 'data');
  await story.runPods();
  await story.api.delete('PersistentVolumeClaim', 'default', 'data');
  await story.settle();
  expect(found('data')?.metadata.deletionTimestamp).toBeDefined();
  expect(story.removedDirectories).toEqual([]);
  await story.api.delete('Pod', 'default', 'web');
  await story.endTerminating();
  expect(found('data')).toBeUndefined();
  expect(story.removedDirectories).toEqual(['default/data']);
});

test('the smallest volume that has what is asked for is bound, and kept when the claim goes', async () => {
  await volume('large', '10Gi');
  await volume('small', '500Mi');
  await volume('fitting', '2Gi');
  expect(story.api.get('PersistentVolume', '', 'fitting')?.status?.phase).toBe('Available');
  await claim('data');
  expect(found('data')?.spec.volumeName).toBe('fitting');
  await story.api.delete('PersistentVolumeClaim', 'default', 'data');
  await story.settle();
  expect(story.api.get('PersistentVolume', '', 'fitting')?.status?.phase).toBe('Released');
  expect(story.removedDirectories).toEqual([]);
});

test('a claim of another class waits and says why; its pod waits too, until a volume is there', async () => {
  await claim('data', { storageClassName: 'fast' });
  await user('web', 'data');
  expect(found('data')?.status?.phase).toBe('Pending');
  expect(story.messages('PersistentVolumeClaim/data')).toEqual([
    'ProvisioningFailed: storageclass.storage.k8s.io "fast" not found',
  ]);
  expect(story.messages('Pod/web')).toEqual([
    'FailedScheduling: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
  ]);
  await volume('fast', '1Gi', { storageClassName: 'fast' });
  expect(found('data')?.status?.phase).toBe('Bound');
  expect(story.api.get('Pod', 'default', 'web')?.spec.nodeName).toBe('n1');
});

test('of two claims one gets the volume', async () => {
  await Promise.all(['a', 'b'].map(async (it) => claim(it, { storageClassName: '' })));
  await volume('only', '1Gi');
  expect(new Set(['a', 'b'].map((it) => found(it)?.status?.phase))).toEqual(new Set(['Bound', 'Pending']));
});

test('a claim whose volume is gone is lost', async () => {
  await volume('v', '1Gi');
  await claim('data');
  await story.api.delete('PersistentVolume', '', 'v');
  await story.settle();
  expect(story.api.get('PersistentVolume', '', 'v')).toBeDefined();
  await story.api.update('PersistentVolume', '', 'v', (it) => ({
    ...it,
    metadata: { ...it.metadata, finalizers: [] },
  }));
  await story.settle();
  expect(found('data')?.status?.phase).toBe('Lost');
  expect(story.messages('PersistentVolumeClaim/data')).toEqual([
    'ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!',
  ]);
});
