import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory } from '../../test/support/controller-story.ts';
import type { ClusterNode } from '../kube/cluster-node.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

function node(): ClusterNode | undefined {
  return story.api.get('Node', '', 'n1');
}

test('the node is registered and ready', () => {
  expect(
    node()?.status?.conditions?.map((it) => `${it.type} ${it.status} ${it.reason}: ${it.message}`),
  ).toEqual([
    'MemoryPressure False KubeletHasSufficientMemory: kubelet has sufficient memory available',
    'DiskPressure False KubeletHasNoDiskPressure: kubelet has no disk pressure',
    'PIDPressure False KubeletHasSufficientPID: kubelet has sufficient PID available',
    'Ready True KubeletReady: kubelet is posting ready status',
  ]);
  expect(story.messages('Node/n1')).toContain('NodeReady: Node n1 status is now: NodeReady');
});

test('its lease is renewed every 10 s, and the Node itself is written every 5 min only', async () => {
  const lease = (): string | undefined => story.api.get('Lease', 'kube-node-lease', 'n1')?.spec?.renewTime;
  expect(lease()).toBe('2026-03-01T12:00:00.000000Z');
  const version = node()?.metadata.resourceVersion;
  await story.advance(20_000);
  expect(lease()).toBe('2026-03-01T12:00:20.000000Z');
  await story.advance(270_000);
  expect(node()?.metadata.resourceVersion).toBe(version);
  await story.advance(10_000);
  expect(node()?.status?.conditions?.[3]).toMatchObject({
    lastHeartbeatTime: '2026-03-01T12:05:00Z',
    lastTransitionTime: '2026-03-01T12:00:00Z',
  });
});

test('a cordoned node has the taint and an event, and is free of both afterwards', async () => {
  const cordon = async (unschedulable: boolean): Promise<void> => {
    await story.api.update('Node', '', 'n1', (it) => ({ ...it, spec: { ...it.spec, unschedulable } }));
    await story.settle();
  };
  await cordon(true);
  expect(node()?.spec.taints).toEqual([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
  expect(story.messages('Node/n1').at(-1)).toBe(
    'NodeNotSchedulable: Node n1 status is now: NodeNotSchedulable',
  );
  await cordon(false);
  expect(node()?.spec.taints).toBeUndefined();
});

test('a Node that somebody deletes is registered again', async () => {
  await story.api.delete('Node', '', 'n1');
  await story.settle();
  expect(node()?.status?.allocatable).toMatchObject({ cpu: '4' });
});

test('events go an hour after they were last seen', async () => {
  const event = (name: string, lastTimestamp: string): Promise<unknown> =>
    story.api.create('Event', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'default' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
      reason: 'Test',
      message: 'x',
      type: 'Normal',
      lastTimestamp,
    });
  await event('old', '2026-03-01T12:00:00Z');
  await event('new', '2026-03-01T12:30:00Z');
  await story.advance(3_599_000);
  expect(story.api.list('Event')).toHaveLength(2);
  await story.advance(61_000);
  expect(story.api.list('Event').map((it) => it.metadata.name)).toEqual(['new']);
});

test('a pod on a node that there is not is given up after 40 s', async () => {
  await story.api.create('Pod', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'lost', namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'registry.example/pause:1' }], nodeName: 'elsewhere' },
  });
  await story.advance(39_000);
  expect(story.pods()).toHaveLength(1);
  await story.advance(1000);
  expect(story.pods()).toEqual([]);
});
