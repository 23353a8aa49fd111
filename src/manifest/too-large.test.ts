import { describe, expect, test } from 'vitest';
import type { ManifestText } from './read-manifest-text.ts';
import { readManifestText } from './read-manifest-text.ts';
import { stretchesOf } from './stretches-of.ts';
import { isLargerThanRequest } from './too-large.ts';
import { findWorkloads } from './workloads.ts';

const MIB = 1024 * 1024;

function read(text: string, file = 'a.yaml'): ManifestText {
  return readManifestText(file, text, { explicit: false });
}

function messages({ problems }: ManifestText): readonly string[] {
  return problems.map(({ message }) => message);
}

describe('a document of more values than fit into memory is refused before it is read', () => {
  const start = 'apiVersion: v1\nkind: List\nitems: ';
  test.each([
    ['flow', 'a.yaml', `${start}[${'[],'.repeat(2_100_000)}1]\n`],
    ['block', 'a.yaml', `${start}\n${'- a\n'.repeat(4_100_000)}`],
    ['nested dashes', 'a.yaml', `${start}\n${`${'- '.repeat(100)}a\n`.repeat(41_000)}`],
    ['what nobody could read', 'a.yaml', `${start}[${'[],'.repeat(2_100_000)}\n`],
    ['JSON', 'a.json', `{"apiVersion":"v1","kind":"List","items":[${'1,'.repeat(4_100_000)}1]}`],
  ])('%s', (_, file, text) => {
    const started = performance.now();
    expect(messages(read(text, file))).toEqual(['a document of more than 4000000 lines and values']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('and not for its length', () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: X, a: "${'x'.repeat(5_000_000)}"}\n`;
    expect(messages(read(text))).toEqual(['Request entity too large: limit is 3145728']);
  });
});

function thing(name: string, length: number): string {
  return `apiVersion: v1\nkind: Thing\nmetadata: {name: ${name}}\nspec: ${'x'.repeat(length)}\n`;
}

function item(length: number): object {
  return { apiVersion: 'v1', kind: 'X', a: 'x'.repeat(length) };
}

describe('an object', () => {
  test('that no API server takes is a problem, and the others are read', () => {
    const text = `${thing('a', 10)}---\n${thing('b', 3 * MIB)}---\n${thing('c', 2 * MIB)}`;
    const found = read(text);
    expect(found.problems).toEqual([
      {
        file: 'a.yaml',
        position: { line: 6, column: 1 },
        message: 'Request entity too large: limit is 3145728',
      },
    ]);
    expect(found.objects.map(({ object }) => object.metadata.name)).toEqual(['a', 'c']);
  });

  test('in a list counts by itself', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [item(2 * MIB), item(2 * MIB), item(4 * MIB)] };
    const found = read(JSON.stringify(list), 'a.json');
    expect(found.objects).toHaveLength(2);
    expect(messages(found)).toHaveLength(1);
  });

  test('is as large as the JSON that kubectl sends', () => {
    const fits = { a: 'x'.repeat(3 * MIB - '{"a":""}'.length) };
    expect(isLargerThanRequest(fits)).toBe(false);
    expect(isLargerThanRequest({ ...fits, b: 1 })).toBe(true);
    expect(isLargerThanRequest({ a: '\u20ac'.repeat(MIB) })).toBe(true);
  });
});

test('a file of nothing but markers is gone through in little memory', () => {
  const text = '---\n'.repeat(4_000_000);
  const before = process.memoryUsage().heapUsed;
  let count = 0;
  for (const stretch of stretchesOf(text, 128 * 1024)) count += stretch.text.length;
  expect(count).toBe(text.length);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  const whole = readManifestText('a.yaml', text, { explicit: true });
  expect(messages(whole)).toEqual(['more than 100000 documents in one file']);
});

test('a text that is written once and referred to often makes no report of a hundred megabytes', () => {
  const containers = Array.from({ length: 200 }, (_, index) => `- {name: c${index}, image: *a}`);
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: &a "${'x'.repeat(500_000)}"}\nspec:\n  containers:\n  ${containers.join('\n  ')}\n`;
  expect(messages(read(text))).toEqual(['document contains excessive aliasing']);
});

test('what every finding repeats is no megabyte long', () => {
  const long = 'x'.repeat(2000);
  const objects = [
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${long}}\n`,
    `apiVersion: v1\nkind: Pod\nmetadata: {namespace: ${long}}\n`,
    `apiVersion: v1\nkind: ${long}\n`,
    `apiVersion: ${long}\nkind: Thing\n`,
  ];
  expect(messages(read(objects.join('---\n')))).toEqual([
    'metadata.name has more than 1024 characters',
    'metadata.namespace has more than 1024 characters',
    'kind has more than 1024 characters',
    'apiVersion has more than 1024 characters',
  ]);
});

describe('what is wrong', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';

  test.each([
    ['keys that stand twice', `${pod}${'spec: {}\n'.repeat(3000)}`],
    ['unknown fields', `${pod}${Array.from({ length: 3000 }, (_, index) => `a${index}: 1\n`).join('')}`],
    ['documents', 'apiVersion: v1\nkind: 1\n---\n'.repeat(3000)],
    ['items', `apiVersion: v1\nkind: List\nitems:\n${'- 1\n'.repeat(3000)}`],
  ])('is told a thousand times, and that there is more: %s', (_, text) => {
    const told = messages(read(text));
    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toBe('more than 1000 problems in one file: the rest is not told');
  });

  test('is told a thousand times: what the API server would refuse', () => {
    const containers = '{name: A, image: x},'.repeat(3000);
    const [object] = read(`${pod}spec: {containers: [${containers}]}\n`).objects;
    expect(object?.apiErrors).toHaveLength(1001);
    expect(object?.apiErrors.at(-1)?.message).toMatch(/^and \d+ more$/);
  });

  test('is quoted to an end', () => {
    const [message = ''] = messages(
      read(`${pod}${'k'.repeat(1000)}: 1\n`.replace('kind', `${'x'.repeat(1000)}: 1\nkind`)),
    );
    expect(message.length).toBeLessThan(5000);
    const long = read(`${pod}? ${'k'.repeat(100_000)}\n: 1\n`);
    for (const told of messages(long)) expect(told.length).toBeLessThan(5000);
  });
});

test('a pod of more containers than any node runs is not judged, and the others are', () => {
  const crowd = `spec: {containers: [${'{name: a, image: x},'.repeat(1001)}]}`;
  const few = 'spec: {containers: [{name: a, image: x}]}';
  const text = [crowd, few]
    .map((spec) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n${spec}\n`)
    .join('---\n');
  const { workloads, unreadable } = findWorkloads(read(text).objects);
  expect(workloads).toHaveLength(1);
  expect(unreadable).toEqual([
    {
      file: 'a.yaml',
      position: { line: 1, column: 1 },
      message: 'a pod of 1001 containers is not judged: more than 1000',
    },
  ]);
});
