import { expect, test } from 'vitest';
import {
  kindOf,
  podBody,
  refusalOf,
  STRICT,
  USER,
  useService,
} from '../../../test/support/object-service.ts';
import type { Patch, WriteTarget } from '../object-service.ts';

const service = await useService();
const pods = kindOf('pods');
const configMaps = kindOf('configmaps');
const deployments = kindOf('deployments');

const deploymentBody = (name: string, replicas = 1): object => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
});

async function makeConfigMap(name: string): Promise<WriteTarget> {
  await service.create(configMaps, 'default', { metadata: { name }, data: { a: '1' } }, STRICT);
  return { kind: configMaps, namespace: 'default', name };
}

const read = ({ kind, namespace, name }: WriteTarget) => service.get(kind, namespace, name);

test('an update replaces what the client may change and keeps the rest', async () => {
  const target = await makeConfigMap('replace');
  const before = read(target);
  const { object, created } = await service.update(
    target,
    {
      metadata: { name: 'replace', labels: { x: 'y' }, creationTimestamp: '2001-01-01T00:00:00Z' },
      data: { b: '2' },
    },
    STRICT,
  );
  expect(created).toBe(false);
  expect(object).toMatchObject({
    metadata: { labels: { x: 'y' }, uid: before.metadata.uid },
    data: { b: '2' },
  });
  expect(object).not.toHaveProperty('data.a');
  expect(object.metadata.creationTimestamp).toBe(before.metadata.creationTimestamp);
  expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
});

test('an update that changes nothing keeps the resource version and tells nobody', async () => {
  const target = await makeConfigMap('same');
  const before = read(target);
  const events: unknown[] = [];
  const watch = service.watch(
    configMaps,
    { namespace: 'default', resourceVersion: service.resourceVersion, allowBookmarks: false },
    (it) => events.push(it),
  );
  const { object } = await service.update(target, JSON.parse(JSON.stringify(before)), STRICT);
  watch.close();
  expect(object).toBe(before);
  expect(events).toEqual([]);
});

test.each([
  [
    'an old resource version',
    { metadata: { resourceVersion: '1' } },
    'Conflict: Operation cannot be fulfilled on configmaps "refused": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    'another name',
    { metadata: { name: 'other' } },
    'BadRequest: the name of the object (other) does not match the name on the URL (refused)',
  ],
  [
    'another namespace',
    { metadata: { namespace: 'other' } },
    'BadRequest: the namespace of the object (other) does not match the namespace on the request (default)',
  ],
  [
    'another uid',
    { metadata: { uid: 'u' } },
    expect.stringMatching(
      /^Conflict: Operation cannot be fulfilled on configmaps "refused": Precondition failed: UID in precondition: u, UID in object meta: /,
    ),
  ],
])('%s is refused', async (_, body, refusal) => {
  const target = { kind: configMaps, namespace: 'default', name: 'refused' };
  if (service.reader.get('ConfigMap', 'default', 'refused') === undefined) await makeConfigMap('refused');
  expect(await refusalOf(() => service.update(target, body, STRICT))).toEqual(refusal);
});

test('what is not there is not found', async () => {
  const target = { kind: deployments, namespace: 'default', name: 'none' };
  expect(await refusalOf(() => service.update(target, deploymentBody('none'), STRICT))).toBe(
    'NotFound: deployments.apps "none" not found',
  );
});

test('the generation counts changes of the spec alone', async () => {
  await service.create(deployments, 'default', deploymentBody('counted'), STRICT);
  const target = { kind: deployments, namespace: 'default', name: 'counted' };
  expect(read(target).metadata.generation).toBe(1);
  await service.patch(target, { type: 'merge', document: { metadata: { labels: { a: 'b' } } } }, STRICT);
  expect(read(target).metadata.generation).toBe(1);
  await service.patch(target, { type: 'merge', document: { spec: { replicas: 3 } } }, STRICT);
  expect(read(target).metadata.generation).toBe(2);
  await service.patch(
    { ...target, subresource: 'status' },
    { type: 'merge', document: { status: { replicas: 3 } } },
    STRICT,
  );
  expect(read(target)).toMatchObject({ metadata: { generation: 2 }, status: { replicas: 3 } });
});

test('the generation of a pod does not count that it gets its node', async () => {
  await service.create(pods, 'default', podBody('placed'), STRICT);
  const target = { kind: pods, namespace: 'default', name: 'placed' };
  await service.patch(target, { type: 'merge', document: { spec: { nodeName: 'node' } } }, STRICT);
  expect(read(target)).toMatchObject({ metadata: { generation: 1 }, spec: { nodeName: 'node' } });
  await service.patch(target, { type: 'merge', document: { spec: { activeDeadlineSeconds: 60 } } }, STRICT);
  expect(read(target).metadata.generation).toBe(2);
});

test('the status is written by its subresource, and by that only the status', async () => {
  await service.create(deployments, 'default', deploymentBody('status'), STRICT);
  const target = { kind: deployments, namespace: 'default', name: 'status' };
  await service.update(target, { ...deploymentBody('status'), status: { replicas: 9 } }, STRICT);
  expect(read(target)).not.toHaveProperty('status.replicas');
  await service.update(
    { ...target, subresource: 'status' },
    { ...deploymentBody('status', 5), status: { replicas: 2 } },
    STRICT,
  );
  expect(read(target)).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 2 } });
});

test('a scale is read and written as its own object', async () => {
  await service.create(deployments, 'default', deploymentBody('scaled'), STRICT);
  const target = { kind: deployments, namespace: 'default', name: 'scaled', subresource: 'scale' };
  const { object } = await service.patch(
    target,
    { type: 'merge', document: { spec: { replicas: 4 } } },
    STRICT,
  );
  expect(object).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 4 },
    status: { selector: 'app=scaled' },
  });
  expect(read(target)).toMatchObject({ spec: { replicas: 4 }, metadata: { generation: 2 } });
  const scale = {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'scaled' },
    spec: { replicas: -1 },
  };
  expect(await refusalOf(() => service.update(target, scale, STRICT))).toBe(
    'Invalid: Scale.autoscaling "scaled" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
});

function ephemeral(containers: readonly object[]): Patch {
  return { type: 'strategic', document: { spec: { ephemeralContainers: containers } } };
}

test('ephemeral containers are only ever added, and only by their subresource', async () => {
  await service.create(pods, 'default', podBody('debugged'), STRICT);
  const target = { kind: pods, namespace: 'default', name: 'debugged' };
  const debug = { ...target, subresource: 'ephemeralcontainers' };
  const container = {
    name: 'd',
    image: 'busybox',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'Always',
    terminationMessagePath: '/dev/termination-log',
    resources: {},
  };
  expect(await refusalOf(() => service.patch(target, ephemeral([container]), STRICT))).toMatch(
    /^Invalid: .*pod updates may not change fields/,
  );
  await service.patch(debug, ephemeral([container]), STRICT);
  expect(read(target)).toMatchObject({ spec: { ephemeralContainers: [{ name: 'd' }] } });
  expect(
    await refusalOf(() => service.patch(debug, ephemeral([{ name: 'd', image: 'other' }]), STRICT)),
  ).toMatch(/may not be changed/);
});

test('a read-modify-write of the process sees what others wrote just before', async () => {
  const target = await makeConfigMap('counter');
  const api = service.as(USER);
  const increment = () =>
    api.update('ConfigMap', 'default', 'counter', (it) => ({
      ...it,
      data: { a: `${Number(it.data?.['a']) + 1}` },
    }));
  await Promise.all(Array.from({ length: 20 }, increment));
  expect(read(target)).toMatchObject({ data: { a: '21' } });
  const before = service.resourceVersion;
  expect(await service.change(target, () => undefined, USER)).toBe(read(target));
  expect(await service.change({ ...target, name: 'none' }, (it) => it, USER)).toBeUndefined();
  expect(service.resourceVersion).toBe(before);
});

test('what is immutable is told by its field', async () => {
  await service.create(deployments, 'default', deploymentBody('fixed'), STRICT);
  const target = { kind: deployments, namespace: 'default', name: 'fixed' };
  const labels = { app: 'other' };
  const other = {
    metadata: { name: 'fixed' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  };
  expect(await refusalOf(() => service.update(target, other, STRICT))).toMatch(
    /^Invalid: Deployment.apps "fixed" is invalid: spec.selector: Invalid value: .*field is immutable$/,
  );
});

test('a lease is made by an update when there is none', async () => {
  const target = { kind: kindOf('leases'), namespace: 'default', name: 'node' };
  const { created } = await service.update(
    target,
    { metadata: { name: 'node' }, spec: { holderIdentity: 'node' } },
    STRICT,
  );
  expect(created).toBe(true);
});
