import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControllerStory, openControllerStory } from '../../../test/support/controller-story.ts';
import type { EndpointSlice } from '../../kube/endpoints.ts';
import type { Pod, PodSpec } from '../../kube/pod.ts';
import type { Service, ServiceSpec } from '../../kube/references.ts';

let story: ControllerStory;
beforeEach(async () => {
  story = await openControllerStory();
});
afterEach(async () => {
  await story.close();
});

async function createService(spec: Partial<ServiceSpec> = {}): Promise<void> {
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
  };
  await story.api.create('Service', service);
  await story.settle();
}

async function createPod(name: string, port: number, more: Partial<PodSpec> = {}): Promise<Pod> {
  const container = {
    name: 'c',
    image: 'registry.example/pause:1',
    ports: [{ name: 'http', containerPort: port }],
  };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [container], ...more },
  };
  const created = await story.api.create('Pod', pod);
  await story.settle();
  return created;
}

function slices(): readonly EndpointSlice[] {
  return story.api.list('EndpointSlice', 'default').filter((it) => it.metadata.name !== 'kubernetes');
}

function subsets(): unknown {
  return story.api.get('Endpoints', 'default', 'web')?.subsets ?? [];
}

test('a pod is there when it is ready, and in between as what is not', async () => {
  await createService();
  expect(slices()).toMatchObject([
    { endpoints: [], metadata: { labels: { 'kubernetes.io/service-name': 'web' } } },
  ]);
  const pod = await createPod('a', 8080);
  await story.report(pod, 'Running', false);
  await story.settle();
  expect(subsets()).toMatchObject([
    { notReadyAddresses: [{ targetRef: { name: 'a' } }], ports: [{ port: 8080 }] },
  ]);
  await story.report(pod, 'Running', true);
  await story.settle();
  const ip = story.api.get('Pod', 'default', 'a')?.status?.podIP;
  expect(subsets()).toEqual([
    {
      addresses: [
        {
          ip,
          nodeName: 'n1',
          targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid: pod.metadata.uid },
        },
      ],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ]);
  expect(slices()).toHaveLength(1);
  expect(slices()[0]).toMatchObject({
    metadata: {
      labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
    },
    addressType: 'IPv4',
    endpoints: [
      { addresses: [ip], conditions: { ready: true, serving: true, terminating: false }, nodeName: 'n1' },
    ],
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  });
  expect(story.errors).toEqual([]);
});

test('a terminating pod serves on, but is not ready and no longer an address of the Endpoints', async () => {
  await createService();
  await createPod('a', 8080);
  await story.runPods();
  await story.api.delete('Pod', 'default', 'a');
  await story.settle();
  expect(subsets()).toEqual([]);
  expect(slices()[0]?.endpoints[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true });
  await story.endTerminating();
  expect(slices()).toMatchObject([{ endpoints: [] }]);
});

test('pods with other numbers for a named port have a slice of their own', async () => {
  await createService();
  await createPod('a', 8080);
  await createPod('b', 9090);
  await story.runPods();
  expect(new Set(slices().map((it) => it.ports?.[0]?.port))).toEqual(new Set([8080, 9090]));
});

test('a headless service that publishes all has pods before they are ready, with their names', async () => {
  await createService({ clusterIP: 'None', publishNotReadyAddresses: true });
  const pod = await createPod('a', 8080, { hostname: 'first', subdomain: 'web' });
  await story.report(pod, 'Running', false);
  await story.settle();
  expect(slices()[0]?.endpoints).toMatchObject([
    { hostname: 'first', conditions: { ready: true, serving: false } },
  ]);
  expect(slices()[0]?.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
});

test('nothing is written for what no client of the service sees', async () => {
  await createService();
  const pod = await createPod('a', 8080);
  await story.runPods();
  const version = slices()[0]?.metadata.resourceVersion;
  await story.api.update('Pod', 'default', 'a', (it) => ({
    ...it,
    metadata: { ...it.metadata, annotations: { note: 'x' } },
  }));
  await story.report(pod, 'Running', true);
  await story.settle();
  expect(slices()[0]?.metadata.resourceVersion).toBe(version);
});

test('both views go with the service, and those of a service without a selector are left alone', async () => {
  await createService();
  await story.api.delete('Service', 'default', 'web');
  await story.settle();
  expect(slices()).toEqual([]);
  expect(story.api.get('Endpoints', 'default', 'web')).toBeUndefined();
});

test('the service kubernetes stands in front of the API server', () => {
  expect(story.api.get('Service', 'default', 'kubernetes')?.spec.clusterIP).toBe('10.96.0.1');
  expect(story.api.get('Endpoints', 'default', 'kubernetes')?.subsets).toEqual([
    { addresses: [{ ip: '10.88.0.1' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
  ]);
});
