import { expect, test } from 'vitest';
import {
  addNamespace,
  kindOf,
  podBody,
  refusalOf,
  STRICT,
  useService,
} from '../../../test/support/object-service.ts';
import type { ListQuery } from '../object-service.ts';

const service = await useService();
const pods = kindOf('pods');
await addNamespace(service, 'a');
await addNamespace(service, 'a-b');
for (const [namespace, name, labels, spec] of [
  ['a', 'y', { app: 'web' }, { nodeName: 'node' }],
  ['a', 'x', { app: 'db' }, {}],
  ['a-b', 'z', { app: 'web' }, {}],
  ['default', 'w', {}, { nodeName: 'node' }],
] as const) {
  await service.create(pods, namespace, podBody(name, spec, { labels }), STRICT);
}

const list = (query: Partial<ListQuery> = {}) => service.list(pods, { namespace: undefined, ...query });
const names = (query: Partial<ListQuery> = {}): readonly string[] =>
  list(query).items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

test('lists are by namespace and name, under the latest version', () => {
  expect(names()).toEqual(['a-b/z', 'a/x', 'a/y', 'default/w']);
  expect(names({ namespace: 'a' })).toEqual(['a/x', 'a/y']);
  expect(list().resourceVersion).toBe(service.resourceVersion);
  expect(list({ namespace: 'none' }).items).toEqual([]);
});

test.each<[Partial<ListQuery>, readonly string[]]>([
  [{ labelSelector: 'app in (web),app!=db' }, ['a-b/z', 'a/y']],
  [{ labelSelector: '!app' }, ['default/w']],
  [{ fieldSelector: 'spec.nodeName=node' }, ['a/y', 'default/w']],
  [{ fieldSelector: 'spec.nodeName=' }, ['a-b/z', 'a/x']],
  [{ fieldSelector: 'spec.nodeName=node,status.phase!=Failed,metadata.namespace!=a' }, ['default/w']],
  [{ fieldSelector: 'metadata.name==x' }, ['a/x']],
  [{ fieldSelector: 'spec.hostNetwork=true' }, []],
  [{ fieldSelector: 'spec.hostNetwork=false,spec.nodeName=node' }, ['a/y', 'default/w']],
])('%j', (query, expected) => {
  expect(names(query)).toEqual(expected);
});

test.each([
  ['pods', 'spec.nodName=node', 'field label not supported: spec.nodName'],
  ['pods', 'constructor.name=Object', 'field label not supported: constructor.name'],
  [
    'configmaps',
    'data.a=1',
    '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
])('%s by a field that they are not selected by: %s', async (resource, fieldSelector, message) => {
  const refusal = await refusalOf(async () =>
    service.list(kindOf(resource), { namespace: undefined, fieldSelector }),
  );
  expect(refusal).toBe(`BadRequest: ${message}`);
});

test('pages go on where the last one ended, under the version of the first', async () => {
  const first = list({ limit: 3 });
  expect(first.items).toHaveLength(3);
  expect(first.remainingItemCount).toBe(1);
  await service.create(pods, 'default', podBody('new'), STRICT);
  const second = list({ limit: 3, continue: first.continue ?? '' });
  expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['new', 'w']);
  expect(second.resourceVersion).toBe(first.resourceVersion);
  expect(second.continue).toBeUndefined();
});

test('a page of what is selected does not say how much is left', () => {
  const { items, remainingItemCount, ...more } = list({ labelSelector: 'app', limit: 1 });
  expect(items).toHaveLength(1);
  expect(remainingItemCount).toBeUndefined();
  expect(more.continue).toBeDefined();
});

test.each(['x', '!!!', Buffer.from('{"v":"podproof/v1","rv":"1","start":3}').toString('base64url')])(
  'the continue token %s is refused',
  async (token) => {
    expect(await refusalOf(() => list({ continue: token }))).toMatch(
      /^BadRequest: continue key is not valid/,
    );
  },
);

test('a continue token of long ago is Expired', async () => {
  const token = Buffer.from('{"v":"podproof/v1","rv":0,"start":"a/x"}').toString('base64url');
  expect(await refusalOf(() => list({ continue: token }))).toMatch(
    /^Expired: The provided continue parameter is too old/,
  );
});

test('a kind of which nothing is kept has no list', async () => {
  const reviews = kindOf('selfsubjectreviews');
  expect(await refusalOf(() => service.list(reviews, { namespace: undefined }))).toBe(
    'MethodNotAllowed: the server does not allow this method on the requested resource',
  );
});

test('another view of stored objects lists them in its own shape', async () => {
  const regarding = { kind: 'Pod', namespace: 'default', name: 'w' };
  const event = {
    metadata: { name: 'e', namespace: 'default' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'test',
    reportingInstance: 'test',
    action: 'Test',
    reason: 'Tested',
    regarding,
    type: 'Normal',
    note: 'as seen',
  };
  await service.create(kindOf('events', 'events.k8s.io'), 'default', event, STRICT);
  const query = { namespace: 'default' };
  expect(service.list(kindOf('events', 'events.k8s.io'), query).items).toMatchObject([
    { apiVersion: 'events.k8s.io/v1', note: 'as seen', regarding },
  ]);
  expect(
    service.list(kindOf('events', ''), { ...query, fieldSelector: 'involvedObject.name=w' }).items,
  ).toMatchObject([{ apiVersion: 'v1', message: 'as seen', involvedObject: regarding }]);
});
