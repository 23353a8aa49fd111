import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { type ReadOptions, readManifests } from './read-manifests.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'podproof-manifest-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(dir, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function refusal(inputs: readonly string[], options?: ReadOptions): Promise<PodproofError> {
  try {
    await readManifests(inputs, options);
  } catch (error) {
    if (error instanceof PodproofError) return error;
    throw error;
  }
  throw new Error('the manifests were read');
}

function pod(name: string, image = 'nginx'): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - name: a\n    image: ${image}\n`;
}

describe('reading manifests', () => {
  it('gives every object with its source', async () => {
    const path = await file('two.yaml', `# pods\n${pod('a')}---\n${pod('b')}`);
    const { objects } = await readManifests([path]);
    expect(objects.map((it) => [it.object.metadata.name, it.source])).toEqual([
      ['a', { file: path, document: 0, line: 2 }],
      ['b', { file: path, document: 1, line: 10 }],
    ]);
    expect(objects[1]?.locate(['spec', 'containers', 0, 'image'])).toEqual({ line: 16, column: 5 });
  });

  it('flattens lists, also typed and nested ones', async () => {
    const inner =
      '{apiVersion: v1, kind: PodList, items: [{metadata: {name: b}, spec: {containers: [{name: a, image: i}]}}]}';
    const outer = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n- ${inner}\n`;
    const { objects } = await readManifests([await file('list.yaml', outer)]);
    expect(objects.map((it) => `${it.object.kind} ${it.object.metadata.name}:${it.source.line}`)).toEqual([
      'Namespace a:4',
      'Pod b:5',
    ]);
  });

  it('reads JSON, a byte order mark, and standard input', async () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'j' } });
    const paths = [await file('a.json', json), await file('bom.yaml', `\uFEFF${pod('b')}`), '-'];
    const { objects } = await readManifests(paths, {
      stdin: Readable.from([pod('s').slice(0, 20), pod('s').slice(20)]),
    });
    expect(objects.map((it) => it.object.metadata.name)).toEqual(['j', 'b', 's']);
    expect(objects[2]?.source).toEqual({ file: '-', document: 0, line: 1 });
  });

  it('reads directories in the order of their names, and says what it left out', async () => {
    await file('d/b.yaml', pod('b'));
    await file('d/a/z.yml', pod('z'));
    await file('d/values.yaml', 'replicas: 1\n');
    await file('d/readme.txt', 'no: manifest: here');
    await symlink(join(dir, 'd'), join(dir, 'd', 'loop'));
    await symlink('nowhere', join(dir, 'd', 'gone.yaml'));
    const server = createServer().listen(join(dir, 'd', 's.yaml'));
    try {
      const { objects, skipped } = await readManifests([join(dir, 'd')]);
      expect(objects.map((it) => it.object.metadata.name)).toEqual(['z', 'b']);
      expect(skipped).toEqual([
        { file: join(dir, 'd/gone.yaml'), reason: 'no such file or directory' },
        { file: join(dir, 'd/loop'), reason: 'a symbolic link to a directory above it' },
        { file: join(dir, 'd/s.yaml'), reason: 'not a regular file' },
        { file: join(dir, 'd/values.yaml'), reason: 'no Kubernetes object' },
      ]);
    } finally {
      server.close();
    }
  });

  it('is refused with file, line, path and the field that was meant', async () => {
    const text = pod('a').replace('spec:\n', 'spec:\n  securityContext:\n    capabilities: {drop: [ALL]}\n');
    const path = await file('deploy.yaml', text);
    const error = await refusal([path]);
    expect(error.code).toBe('invalid');
    expect(error.message).toBe(`cannot read manifest "${path}"`);
    expect(error.problems).toEqual([`${path}:6:5  unknown field "spec.securityContext.capabilities"`]);
    expect(error.advice).toBe(
      'capabilities exist only on containers: move it to spec.containers[].securityContext',
    );
  });

  it('is refused with all errors of all files, in their order', async () => {
    const first = await file('1.yaml', `${pod('A')}---\na: [\n---\n${pod('b').replace('name: a', 'nam: a')}`);
    const second = await file('2.yaml', pod('c', '""'));
    const error = await refusal([first, second, join(dir, 'gone.yaml')]);
    expect(error.message).toBe(`cannot read manifests "${first}", "${second}", "${dir}/gone.yaml"`);
    expect(error.problems.map((it) => it.replaceAll(`${dir}/`, '').slice(0, 60))).toEqual([
      '1.yaml:3:12  metadata.name: Invalid value: "A": a lowercase ',
      '1.yaml:10:1  deficient indentation',
      '1.yaml:16:5  unknown field "spec.containers[0].nam"\n  did yo',
      '2.yaml:7:5  spec.containers[0].image: Required value',
      'gone.yaml  no such file or directory',
    ]);
  });

  it.each([
    ['not UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0x0a]), 'not UTF-8: invalid byte at offset 3'],
    ['cut UTF-8', new Uint8Array([0x61, 0xc3, 0xa9, 0xe2, 0x82]), 'not UTF-8: invalid byte at offset 3'],
    [
      'UTF-16',
      new Uint8Array([0xff, 0xfe, 0x61, 0x00]),
      'not UTF-8: it starts with the byte order mark of UTF-16',
    ],
    ['empty', new Uint8Array(), 'no Kubernetes object: the file is empty'],
  ])('refuses a file that is %s', async (_, bytes, problem) => {
    const path = await file('x.yaml', bytes);
    expect((await refusal([path])).problems).toEqual([`${path}  ${problem}`]);
  });

  it('refuses a file that is too large, before reading it', async () => {
    const path = await file('big.yaml', 'a'.repeat(2000));
    expect((await refusal([path], { maxFileBytes: 1000 })).problems).toEqual([
      `${path}  larger than 1000 B, the most that is read`,
    ]);
    const stdin = Readable.from(['a'.repeat(2000)]);
    expect((await refusal(['-'], { maxFileBytes: 1000, stdin })).problems).toEqual([
      'standard input  larger than 1000 B, the most that is read',
    ]);
  });

  it.each([
    ['a list', '- a\n', '1:1  expected a Kubernetes object, found a list'],
    ['text', 'hello\n', '1:1  expected a Kubernetes object, found "hello"'],
    ['no kind', 'apiVersion: v1\n', '1:1  kind not set'],
    ['a kind of the wrong type', 'apiVersion: v1\nkind: 1\n', '2:1  kind must be a string'],
  ])('refuses %s', async (_, text, problem) => {
    const path = await file('x.yaml', text);
    expect((await refusal([path])).problems).toEqual([`${path}:${problem}`]);
  });

  it('needs something to read', async () => {
    expect((await refusal([])).code).toBe('usage');
  });
});

describe('the look-up of a set', () => {
  it('finds what pods refer to, with namespaces and merged secrets', async () => {
    const text = `apiVersion: v1
kind: Secret
metadata: {name: s}
data: {a: eA==, b: eQ==}
stringData: {b: new}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: other}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: a, image: i}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce]}
`;
    const { lookup } = await readManifests([await file('x.yaml', text)]);
    expect(lookup.secret('default', 's')?.data).toEqual({ a: 'eA==', b: 'bmV3' });
    expect(lookup.configMap('default', 'c')).toBeUndefined();
    expect(lookup.configMap('other', 'c')?.metadata.name).toBe('c');
    expect(lookup.persistentVolumeClaim('default', 'data-db-0')?.spec.accessModes).toEqual(['ReadWriteOnce']);
    expect(lookup.namespace('default')).toBeUndefined();
  });
});
