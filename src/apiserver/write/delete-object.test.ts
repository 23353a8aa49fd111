import { expect, test } from 'vitest';
import {
  addNamespace,
  CLOCK,
  kindOf,
  podBody,
  refusalOf,
  STRICT,
  USER,
  useService,
} from '../../../test/support/object-service.ts';
import type { DeleteRequest } from '../object-service.ts';

const service = await useService();
const pods = kindOf('pods');
const configMaps = kindOf('configmaps');
const namespaces = kindOf('namespaces');

const REQUEST: DeleteRequest = { user: USER, dryRun: false };
const remove = (name: string, options: Partial<DeleteRequest> = {}) =>
  service.delete(pods, 'default', name, { ...REQUEST, ...options });
const isThere = (name: string): boolean => service.reader.get('Pod', 'default', name) !== undefined;

async function addPod(name: string, spec: object = {}, metadata: object = {}): Promise<void> {
  await service.create(pods, 'default', podBody(name, spec, metadata), STRICT);
}

test('a pod on a node is given its grace period', async () => {
  await addPod('graceful', { nodeName: 'node', terminationGracePeriodSeconds: 20 });
  const { object, gone } = await remove('graceful');
  expect(gone).toBe(false);
  expect(object.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:20Z',
    deletionGracePeriodSeconds: 20,
    generation: 2,
  });
});

test('a second request may only shorten it', async () => {
  await addPod('shorter', { nodeName: 'node' });
  await remove('shorter');
  const before = service.resourceVersion;
  await remove('shorter', { graceSeconds: 60 });
  await remove('shorter');
  expect(service.resourceVersion).toBe(before);
  CLOCK.ms += 3000;
  const { object } = await remove('shorter', { graceSeconds: 5 });
  expect(object.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:05Z',
    deletionGracePeriodSeconds: 5,
  });
  CLOCK.ms -= 3000;
  expect((await remove('shorter', { graceSeconds: 0 })).gone).toBe(true);
  expect(isThere('shorter')).toBe(false);
});

test.each([
  ['on no node', {}, {}],
  ['asked for without grace', { nodeName: 'node' }, { graceSeconds: 0 }],
])('a pod %s is gone at once', async (_, spec, options) => {
  await addPod('at-once', spec);
  expect(await remove('at-once', options)).toMatchObject({
    gone: true,
    object: { metadata: { name: 'at-once' } },
  });
  expect(await refusalOf(() => remove('at-once'))).toBe('NotFound: pods "at-once" not found');
});

test('a pod that has ended is gone at once, whatever was asked for', async () => {
  await addPod('ended', { nodeName: 'node' });
  const target = { kind: pods, namespace: 'default', name: 'ended', subresource: 'status' };
  await service.patch(target, { type: 'merge', document: { status: { phase: 'Succeeded' } } }, STRICT);
  expect((await remove('ended', { graceSeconds: 30 })).gone).toBe(true);
});

test('finalizers hold an object until the last is taken off', async () => {
  await service.create(
    configMaps,
    'default',
    { metadata: { name: 'held', finalizers: ['a.b/c', 'a.b/d'] } },
    STRICT,
  );
  const { object, gone } = await service.delete(configMaps, 'default', 'held', REQUEST);
  expect(gone).toBe(false);
  expect(object.metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:00Z',
    deletionGracePeriodSeconds: 0,
  });
  const target = { kind: configMaps, namespace: 'default', name: 'held' };
  const finalizers = (list: string[]) =>
    service.patch(target, { type: 'merge', document: { metadata: { finalizers: list } } }, STRICT);
  expect(await refusalOf(() => finalizers(['a.b/c', 'x.y/z']))).toBe(
    'Invalid: ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.y/z"}',
  );
  await finalizers(['a.b/d']);
  expect(service.get(configMaps, 'default', 'held')).toMatchObject({ metadata: { finalizers: ['a.b/d'] } });
  await finalizers([]);
  expect(await refusalOf(() => service.get(configMaps, 'default', 'held'))).toBe(
    'NotFound: configmaps "held" not found',
  );
});

test.each([
  ['Orphan', ['orphan']],
  ['Foreground', ['foregroundDeletion']],
] as const)('%s leaves its finalizer for the garbage collector', async (propagationPolicy, finalizers) => {
  await addPod('owner');
  expect(await remove('owner', { propagationPolicy })).toMatchObject({
    gone: false,
    object: { metadata: { finalizers } },
  });
  expect((await remove('owner', { propagationPolicy: 'Background' })).gone).toBe(true);
});

test('preconditions must hold', async () => {
  await addPod('exact');
  expect(await refusalOf(() => remove('exact', { uid: 'other' }))).toMatch(
    /^Conflict: Operation cannot be fulfilled on pods "exact": the UID in the precondition \(other\) does not match the UID in record/,
  );
  expect(await refusalOf(() => remove('exact', { resourceVersion: '1' }))).toMatch(
    /^Conflict: .*the ResourceVersion in the precondition \(1\)/,
  );
  await remove('exact', { dryRun: true });
  expect(isThere('exact')).toBe(true);
});

test('a namespace terminates until its finalizer is taken off', async () => {
  await addNamespace(service, 'doomed');
  const { object, gone } = await service.delete(namespaces, '', 'doomed', REQUEST);
  expect(gone).toBe(false);
  expect(object).toMatchObject({
    metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
    status: { phase: 'Terminating' },
  });
  const api = service.as(USER);
  await api.update('Namespace', '', 'doomed', (it) => ({ ...it, spec: {} }), 'finalize');
  expect(service.reader.get('Namespace', '', 'doomed')).toBeUndefined();
});

test('the namespaces that everything needs stay', async () => {
  expect(await refusalOf(() => service.delete(namespaces, '', 'default', REQUEST))).toBe(
    'Forbidden: namespaces "default" is forbidden: this namespace may not be deleted',
  );
});

test('a collection is deleted as far as it is selected', async () => {
  await addPod('many-1', {}, { labels: { app: 'many' } });
  await addPod('many-2', {}, { labels: { app: 'many' } });
  await addPod('other', {});
  const { items } = await service.deleteCollection(
    pods,
    { namespace: 'default', labelSelector: 'app=many' },
    REQUEST,
  );
  expect(items.map((it) => it.metadata.name)).toEqual(['many-1', 'many-2']);
  expect(isThere('many-1')).toBe(false);
  expect(isThere('other')).toBe(true);
});

test('deleting from inside is no error when it is gone or another', async () => {
  const api = service.as(USER);
  await api.delete('Pod', 'default', 'never');
  await addPod('another');
  await api.delete('Pod', 'default', 'another', { uid: 'old' });
  expect(isThere('another')).toBe(true);
});
