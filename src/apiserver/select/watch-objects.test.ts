import { expect, test } from 'vitest';
import { kindOf, refusalOf, STRICT, USER, useService } from '../../../test/support/object-service.ts';
import type { WatchEvent, WatchQuery } from '../object-service.ts';
import { createBookmarks } from './bookmarks.ts';

const service = await useService();
const configMaps = kindOf('configmaps');

function follow(query: Partial<WatchQuery> = {}): { readonly seen: string[]; close(): void } {
  const seen: string[] = [];
  const tell = (event: WatchEvent): void => {
    seen.push(event.type === 'BOOKMARK' ? event.type : `${event.type} ${event.object.metadata.name}`);
  };
  const full = { namespace: 'default', allowBookmarks: false, ...query };
  const watch = service.watch(configMaps, full, tell);
  return { seen, close: () => watch.close() };
}

const create = (name: string, labels: object = {}, namespace = 'default') =>
  service.create(configMaps, namespace, { metadata: { name, labels } }, STRICT);
const label = (name: string, labels: object) =>
  service.patch(
    { kind: configMaps, namespace: 'default', name },
    { type: 'merge', document: { metadata: { labels } } },
    STRICT,
  );
const remove = (name: string) => service.delete(configMaps, 'default', name, { user: USER, dryRun: false });

test('without a version, or from 0, what is there comes first', async () => {
  await create('there');
  for (const resourceVersion of [undefined, '', '0']) {
    const watch = follow(resourceVersion === undefined ? {} : { resourceVersion });
    expect(watch.seen).toContain('ADDED there');
    watch.close();
  }
  await remove('there');
});

test('from a version, everything since is told again', async () => {
  const { resourceVersion } = service;
  await create('one');
  await label('one', { a: 'b' });
  await remove('one');
  const watch = follow({ resourceVersion });
  expect(watch.seen).toEqual(['ADDED one', 'MODIFIED one', 'DELETED one']);
  watch.close();
});

test('an object that leaves the selection is deleted for its watcher, one that enters is added', async () => {
  const watch = follow({ labelSelector: 'app=x' });
  await create('moving');
  await label('moving', { app: 'x' });
  await label('moving', { other: 'y' });
  await label('moving', { app: 'z' });
  await remove('moving');
  expect(watch.seen).toEqual(['ADDED moving', 'MODIFIED moving', 'DELETED moving']);
  watch.close();
});

test('the end of an object is told with the version of its end', async () => {
  await create('ending', { app: 'e' });
  const events: WatchEvent[] = [];
  const watch = service.watch(
    configMaps,
    {
      namespace: 'default',
      fieldSelector: 'metadata.name=ending',
      resourceVersion: service.resourceVersion,
      allowBookmarks: false,
    },
    (event) => events.push(event),
  );
  await remove('ending');
  watch.close();
  expect(events).toMatchObject([
    {
      type: 'DELETED',
      object: { metadata: { resourceVersion: service.resourceVersion, labels: { app: 'e' } } },
    },
  ]);
});

test('other namespaces and kinds are not told, and nothing after the end', async () => {
  const watch = follow({ resourceVersion: service.resourceVersion });
  await service.create(kindOf('secrets'), 'default', { metadata: { name: 's' } }, STRICT);
  watch.close();
  await create('after');
  expect(watch.seen).toEqual([]);
  await remove('after');
});

test('a version that nobody remembers is Expired, one that is none is refused', async () => {
  expect(await refusalOf(() => follow({ resourceVersion: '0000' }))).toMatch(
    /^Expired: too old resource version: 0 \(1\)/,
  );
  expect(await refusalOf(() => follow({ resourceVersion: 'x' }))).toMatch(/^BadRequest/);
  expect(await refusalOf(() => follow({ labelSelector: 'a b' }))).toBe(
    "BadRequest: unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
  );
  expect(await refusalOf(() => follow({ fieldSelector: 'abc' }))).toBe(
    "BadRequest: invalid selector: 'abc'; can't understand 'abc'",
  );
});

test('bookmarks are told while somebody wants them', async () => {
  const bookmarks = createBookmarks(5);
  let count = 0;
  const forget = bookmarks.add(() => (count += 1));
  await expect.poll(() => count).toBeGreaterThan(1);
  forget();
  const told = count;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(count).toBe(told);
  bookmarks.close();
});

test('from inside, what is there comes first and then each change with what was before', async () => {
  await create('inside');
  const seen: [string, string | undefined, boolean][] = [];
  const stop = service.as(USER).watch('ConfigMap', ({ type, object, previous }) => {
    if (object.metadata.name === 'inside')
      seen.push([type, object.metadata.labels?.['a'], previous !== undefined]);
  });
  expect(seen).toEqual([['ADDED', undefined, false]]);
  await label('inside', { a: '1' });
  await remove('inside');
  stop();
  expect(seen.slice(1)).toEqual([
    ['MODIFIED', '1', true],
    ['DELETED', '1', true],
  ]);
});
