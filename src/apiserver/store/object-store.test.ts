import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';
import { type ObjectStore, openObjectStore } from './object-store.ts';
import type { Change } from './stored-object.ts';

const root = mkdtempSync(join(tmpdir(), 'podproof-store-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
const newDir = (): string => join(root, String((count += 1)));

const configMap = (name: string, value = ''): KubeObject & { readonly data: object } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { value },
});

const put = (store: ObjectStore, name: string, value?: string): Promise<KubeObject> =>
  store.write((it) => it.put('ConfigMap', configMap(name, value)));
const names = (store: ObjectStore): readonly (string | undefined)[] =>
  store.reader.list('ConfigMap').map((it) => it.metadata.name);

test('what was written is there after reopening, and no version is given out twice', async () => {
  const dir = newDir();
  const first = await openObjectStore(dir);
  await put(first, 'b', '1');
  await put(first, 'a');
  await put(first, 'b', '2');
  await first.write((it) => it.remove('ConfigMap', configMap('a')));
  const { version } = first;
  await first.close();
  const second = await openObjectStore(dir);
  expect(names(second)).toEqual(['b']);
  expect(second.reader.get('ConfigMap', 'default', 'b')).toMatchObject({ data: { value: '2' } });
  expect(second.version).toBe(version);
  expect((await put(second, 'c')).metadata.resourceVersion).toBe(String(version + 1));
  await second.close();
});

test('writes of one commit see each other, and a refused one leaves nothing', async () => {
  const store = await openObjectStore(newDir());
  const outcomes = await Promise.allSettled([
    put(store, 'x', '1'),
    store.write((it) => {
      it.put('ConfigMap', configMap('y'));
      throw new ApiError('Conflict', 'no');
    }),
    store.write((it) => it.list('ConfigMap', 'default').map(({ metadata }) => metadata.name)),
  ]);
  expect(outcomes.map((it) => it.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[2]).toMatchObject({ value: ['x'] });
  expect(names(store)).toEqual(['x']);
  await store.close();
});

test('listeners hear of each change once, in order, when it is durable', async () => {
  const store = await openObjectStore(newDir());
  const heard: [string, string | undefined, boolean][] = [];
  store.subscribe(({ type, object, previous }) => {
    heard.push([type, object.metadata.resourceVersion, previous !== undefined]);
    if (type === 'ADDED') {
      expect(store.reader.get('ConfigMap', 'default', 'a')).toBeDefined();
      // One who comes in while a commit is told has seen all of it.
      store.subscribe(() => heard.push(['late', undefined, false]));
    }
  });
  await Promise.all([put(store, 'a', '1'), put(store, 'a', '2')]);
  expect(heard).toEqual([
    ['ADDED', '2', false],
    ['MODIFIED', '3', true],
  ]);
  await store.write((it) => it.remove('ConfigMap', configMap('a')));
  expect(heard.slice(2)).toEqual([
    ['DELETED', '4', true],
    ['late', undefined, false],
  ]);
  await store.close();
});

const versions = (changes: readonly Change[]): readonly number[] => changes.map((it) => it.version);

test('a listener that fails keeps nobody else from hearing', async () => {
  const store = await openObjectStore(newDir());
  const warned = once(process, 'warning');
  const heard: string[] = [];
  store.subscribe(() => {
    throw new Error('a listener failed');
  });
  store.subscribe(({ key }) => heard.push(key));
  await put(store, 'a');
  await put(store, 'b');
  expect(heard).toEqual(['default/a', 'default/b']);
  expect(await warned).toMatchObject([{ message: 'a listener failed' }]);
  await store.close();
});

test('the history goes back as far as it is long, and begins anew with the process', async () => {
  const dir = newDir();
  const store = await openObjectStore(dir, { changes: 3, sizeBytes: 1000 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await put(store, name);
  expect(versions(store.since(3))).toEqual([4, 5, 6]);
  expect(versions(store.since(6))).toEqual([]);
  expect(() => store.since(2)).toThrow('too old resource version: 2 (3)');
  await put(store, 'big', 'x'.repeat(2000));
  expect(() => store.since(6)).toThrow('too old resource version: 6 (7)');
  await store.close();
  const again = await openObjectStore(dir);
  expect(() => again.since(6)).toThrow(ApiError);
  expect(again.since(7)).toEqual([]);
  await again.close();
});

test('what is stored cannot be changed by whoever reads it', async () => {
  const store = await openObjectStore(newDir());
  const stored = await put(store, 'frozen');
  expect(Object.isFrozen(stored.metadata)).toBe(true);
  expect(() => Object.assign(stored.metadata, { name: 'other' })).toThrow(TypeError);
  await store.close();
});

test('an object without end is refused', async () => {
  const store = await openObjectStore(newDir());
  await expect(put(store, 'huge', 'x'.repeat(2 ** 21))).rejects.toThrow(/^Request entity too large/);
  expect(names(store)).toEqual([]);
  await store.close();
});

test('a closed store takes no more, and what waited is kept', async () => {
  const dir = newDir();
  const store = await openObjectStore(dir);
  const waiting = put(store, 'waiting');
  await store.close();
  await expect(waiting).resolves.toBeDefined();
  await expect(put(store, 'late')).rejects.toThrow('closed');
  const again = await openObjectStore(dir);
  expect(names(again)).toEqual(['waiting']);
  await again.close();
});

test.each([
  ['is no database', () => Buffer.alloc(100_000, 'x')],
  ['is cut off in its head', (file: Buffer) => file.subarray(0, 100)],
  ['has lost its second head', (file: Buffer) => file.subarray(0, 4096)],
  ['has lost its records', (file: Buffer) => file.subarray(0, 8192)],
])('a file that %s is told with what to do', async (_, damaged) => {
  const dir = newDir();
  const store = await openObjectStore(dir);
  await put(store, 'a');
  await store.close();
  const path = join(dir, 'objects.mdb');
  writeFileSync(path, damaged(readFileSync(path)));
  await expect(openObjectStore(dir)).rejects.toThrow(
    /cannot open the object store ".*objects.mdb": it .*; move the file away/,
  );
});

test('an empty file is as good as none', async () => {
  const dir = newDir();
  mkdirSync(dir);
  writeFileSync(join(dir, 'objects.mdb'), '');
  const store = await openObjectStore(dir);
  await put(store, 'a');
  await store.close();
});

const WRITER = `
import { openObjectStore } from ${JSON.stringify(new URL('./object-store.ts', import.meta.url).href)};
const store = await openObjectStore(process.argv[1]);
for (let i = 0; ; i += 1) {
  const batch = Array.from({ length: 3 }, (_, j) => store.write((it) => it.put('ConfigMap', {
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'o' + i + '-' + j, namespace: 'default' }, data: { x: 'y'.repeat(500) },
  })));
  const done = await Promise.all(batch);
  for (const { metadata } of done) process.stdout.write(metadata.name + ' ' + metadata.resourceVersion + '\\n');
}
`;

test('every write that was acknowledged survives kill -9', async () => {
  const dir = newDir();
  const acknowledged: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const tsx = fileURLToPath(import.meta.resolve('tsx'));
    const child: ChildProcess = spawn(
      process.execPath,
      ['--import', tsx, '--input-type=module', '-e', WRITER, dir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    const stop = acknowledged.length + 150;
    if (child.stdout === null) throw new Error('no output');
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line);
      if (acknowledged.length === stop) child.kill('SIGKILL');
    }
    await ended;
  }
  const store = await openObjectStore(dir);
  const there = new Map(store.reader.list('ConfigMap').map((it) => [it.metadata.name ?? '', it]));
  for (const line of acknowledged.slice(-150)) {
    const [name = '', version] = line.split(' ');
    expect(there.get(name)?.metadata.resourceVersion).toBe(version);
  }
  const given = acknowledged.map((it) => it.split(' ')[1]);
  expect(new Set(given).size).toBe(given.length);
  await store.close();
}, 60_000);
