import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory, pause } from '../../../test/support/controller-story.ts';
import type { ClusterNode } from '../../kube/cluster-node.ts';
import type { Pod, PodSpec } from '../../kube/pod.ts';
import type { PodAffinityTerm } from '../../kube/scheduling.ts';
import { podCondition } from '../pod-state.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

async function create(name: string, spec: Partial<PodSpec> = {}, labels = {}): Promise<void> {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { ...pause, ...spec },
  };
  await story.api.create('Pod', pod);
  await story.settle();
}

function requesting(requests: Readonly<Record<string, string>>): Partial<PodSpec> {
  return { containers: pause.containers.map((it) => ({ ...it, resources: { requests } })) };
}

async function changeNode(edit: (node: ClusterNode) => ClusterNode): Promise<void> {
  await story.api.update('Node', '', 'n1', edit);
  await story.settle();
}

function refusal(name: string): string | undefined {
  const pod = story.api.get('Pod', 'default', name);
  const condition = pod && podCondition(pod, 'PodScheduled');
  return pod?.spec.nodeName === undefined ? `${condition?.reason}: ${condition?.message}` : undefined;
}

const final = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
const open = 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

test('a pod goes to the node with one write, and its event says so', async () => {
  await create('web');
  const pod = story.api.get('Pod', 'default', 'web');
  expect(pod?.spec.nodeName).toBe('n1');
  expect(story.events).toContainEqual({
    component: 'default-scheduler',
    about: 'Pod/web',
    type: 'Normal',
    reason: 'Scheduled',
    message: 'Successfully assigned default/web to n1',
  });
});

test('a pod waits on a cordoned node, once told, and goes there when it is open again', async () => {
  await changeNode((it) => ({ ...it, spec: { ...it.spec, unschedulable: true } }));
  await create('web');
  const text = `0/1 nodes are available: 1 node(s) were unschedulable. ${final}`;
  expect(refusal('web')).toBe(`Unschedulable: ${text}`);
  expect(story.messages('Pod/web')).toEqual([`FailedScheduling: ${text}`]);
  await changeNode((it) => ({ ...it, spec: { ...it.spec, unschedulable: false } }));
  const pod = story.api.get('Pod', 'default', 'web');
  expect(pod?.spec.nodeName).toBe('n1');
  expect(pod && podCondition(pod, 'PodScheduled')).toMatchObject({ status: 'True' });
});

describe('a pod is not assigned', () => {
  test('against a taint without a toleration', async () => {
    await changeNode((it) => ({
      ...it,
      spec: { ...it.spec, taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
    }));
    await create('web');
    expect(refusal('web')).toBe(
      `Unschedulable: 0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}. ${final}`,
    );
    await create('tolerant', { tolerations: [{ key: 'gpu', operator: 'Exists' }] });
    expect(refusal('tolerant')).toBeUndefined();
  });

  test('when the node does not have its labels, until it does', async () => {
    const terms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }];
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
    await create('selects', { nodeSelector: { zone: 'a' } });
    await create('affine', { affinity: { nodeAffinity: required } });
    const text = `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${final}`;
    expect([refusal('selects'), refusal('affine')]).toEqual([
      `Unschedulable: ${text}`,
      `Unschedulable: ${text}`,
    ]);
    await changeNode((it) => ({
      ...it,
      metadata: { ...it.metadata, labels: { ...it.metadata.labels, zone: 'a' } },
    }));
    expect([refusal('selects'), refusal('affine')]).toEqual([undefined, undefined]);
  });

  test('when it asks for more than is left, until another pod is gone', async () => {
    await create('first', requesting({ cpu: '3' }));
    await create('second', requesting({ cpu: '1500m', memory: '100Gi' }));
    expect(refusal('second')).toBe(
      `Unschedulable: 0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. ${open}`,
    );
    await create('third', requesting({ cpu: '2' }));
    expect(refusal('third')).toBe(`Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. ${open}`);
    await story.api.delete('Pod', 'default', 'first');
    await story.endTerminating();
    expect(refusal('third')).toBeUndefined();
  });

  test('two at the same time do not both get what is there once', async () => {
    await Promise.all(['a', 'b', 'c'].map(async (it) => create(it, requesting({ cpu: '1500m' }))));
    await story.settle();
    expect(['a', 'b', 'c'].filter((it) => refusal(it) === undefined)).toHaveLength(2);
  });

  test('beside a pod that it does not want, or without its claim', async () => {
    await create('db', {}, { app: 'db' });
    const term = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' };
    await create('web', {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    });
    expect(refusal('web')).toBe(
      `Unschedulable: 0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. ${open}`,
    );
    await create('data', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'nothing' } }] });
    expect(refusal('data')).toBe(
      `Unschedulable: 0/1 nodes are available: persistentvolumeclaim "nothing" not found. ${final}`,
    );
  });

  test('when the node lacks the label that it is to be spread by', async () => {
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };
    await create('web', { topologySpreadConstraints: [constraint] });
    expect(refusal('web')).toBe(
      `Unschedulable: 0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label). ${final}`,
    );
  });

  test('beside pods of its own revision (matchLabelKeys), or of another one (mismatchLabelKeys)', async () => {
    const topologyKey = 'kubernetes.io/hostname';
    const term = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey };
    const apart = (terms: Partial<PodAffinityTerm>): Partial<PodSpec> => ({
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, ...terms }] },
      },
    });
    await create('first', {}, { app: 'db', revision: '1' });
    await create('same', apart({ matchLabelKeys: ['revision'] }), { app: 'db', revision: '1' });
    await create('next', apart({ matchLabelKeys: ['revision'] }), { app: 'db', revision: '2' });
    await create('other', apart({ mismatchLabelKeys: ['revision'] }), { app: 'web', revision: '3' });
    const text = `Unschedulable: 0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. ${open}`;
    expect(['same', 'next', 'other'].map(refusal)).toEqual([text, undefined, text]);
  });

  test('beside another pod that has its ReadWriteOncePod claim', async () => {
    await story.api.create('PersistentVolumeClaim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: '1Mi' } } },
    });
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
    await create('first', { volumes });
    await create('second', { volumes });
    expect(refusal('first')).toBeUndefined();
    expect(refusal('second')).toContain(
      '1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.',
    );
  });

  test('when the spread asks for more domains than the one node is', async () => {
    const constraint = {
      maxSkew: 1,
      minDomains: 2,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'db' } },
      matchLabelKeys: ['revision'],
    };
    const spread = { topologySpreadConstraints: [constraint] };
    await create('first', spread, { app: 'db', revision: '1' });
    await create('second', spread, { app: 'db', revision: '1' });
    await create('next', spread, { app: 'db', revision: '2' });
    expect([refusal('first'), refusal('next')]).toEqual([undefined, undefined]);
    expect(refusal('second')).toContain("1 node(s) didn't match pod topology spread constraints.");
  });

  test('by a scheduler that it does not name', async () => {
    await create('web', { schedulerName: 'mine' });
    expect(story.api.get('Pod', 'default', 'web')).toMatchObject({ spec: { schedulerName: 'mine' } });
    expect(refusal('web')).toBe('undefined: undefined');
  });

  test('when its overhead is too much', async () => {
    await create('web', { overhead: { cpu: '100' } });
    expect(refusal('web')).toContain('1 Insufficient cpu');
  });

  test('while it is gated', async () => {
    await create('web', { schedulingGates: [{ name: 'example.com/wait' }] });
    expect(refusal('web')).toBe('SchedulingGated: Scheduling is blocked due to non-empty scheduling gates');
    expect(story.messages('Pod/web')).toEqual([]);
  });
});
