import { runInNewContext } from 'node:vm';
import type { V1Deployment } from '@kubernetes/client-node';
import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { type Manifest, manifestText } from './manifest-text.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } };

function refusal(manifest: unknown): string {
  try {
    // @ts-expect-error as a program without types calls it
    manifestText(manifest);
  } catch (error) {
    if (error instanceof PodproofError && error.code === 'usage') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a text is taken as it is', () => {
  expect(manifestText('kind: Pod')).toEqual({ text: 'kind: Pod' });
});

test.each(['', ' \n\t\n'])('an empty text says so: %j', (text) => {
  expect(manifestText(text)).toEqual({ problem: 'no Kubernetes object: the text is empty' });
});

test('what readFile answers without an encoding is text', () => {
  const bytes = Buffer.from('xkind: Pöd', 'utf8');
  expect(manifestText(new Uint8Array(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1))).toEqual({
    text: 'kind: Pöd',
  });
  expect(manifestText(Buffer.from([0xff, 0xfe, 0]))).toHaveProperty('problem');
});

test('an object that client-node types is the JSON that it would send', () => {
  const deployment: V1Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', creationTimestamp: new Date('2026-01-02T03:04:05Z') },
  };
  expect(manifestText(deployment)).toEqual({
    text: '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","creationTimestamp":"2026-01-02T03:04:05.000Z"}}',
  });
});

test('members that are undefined are left out', () => {
  expect(manifestText({ ...POD, spec: undefined })).toEqual(manifestText(POD));
});

test('objects of a list stand on a line each', () => {
  expect(manifestText([POD, { ...POD, kind: 'X' }])).toEqual({
    text: `${JSON.stringify(POD)}\n${JSON.stringify({ ...POD, kind: 'X' })}`,
  });
  expect(manifestText([])).toEqual({ problem: 'no Kubernetes object: the list is empty' });
});

test('one object in two places is no cycle', () => {
  const labels = { app: 'web' };
  expect(manifestText({ metadata: { labels }, spec: { selector: labels } })).toEqual({
    text: '{"metadata":{"labels":{"app":"web"}},"spec":{"selector":{"app":"web"}}}',
  });
});

test('objects of another realm, as Jest has them, are objects', () => {
  const object: Manifest = runInNewContext('({ kind: "Pod", list: [1], at: new Date(0) })');
  expect(manifestText(object)).toEqual({ text: '{"kind":"Pod","list":[1],"at":"1970-01-01T00:00:00.000Z"}' });
  expect(manifestText(runInNewContext('new Uint8Array([97])'))).toEqual({ text: 'a' });
});

describe('what JSON would drop or change in silence is refused with its place', () => {
  class Chart {
    readonly name = 'web';
    toJson(): object[] {
      return [POD];
    }
  }
  const cycle: Record<string, unknown> = { ...POD };
  cycle['spec'] = { owner: cycle };
  // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
  const sparse = [1, , 2];

  test.each([
    [
      'a function',
      { spec: { containers: [{ image: () => 'x' }] } },
      '"spec.containers[0].image" is a function',
    ],
    ['a BigInt', { spec: { replicas: 1n } }, '"spec.replicas" is a BigInt'],
    ['NaN', { spec: { replicas: Number.NaN } }, '"spec.replicas" is NaN'],
    ['a Map', { metadata: { labels: new Map([['a', 'b']]) } }, '"metadata.labels" is a Map'],
    ['a Set', { metadata: { finalizers: new Set() } }, '"metadata.finalizers" is a Set'],
    ['a symbol', { metadata: { name: Symbol('x') } }, '"metadata.name" is a symbol'],
    ['undefined in a list', { args: [undefined] }, '"args[0]" is undefined'],
    ['a hole in a list', { args: sparse }, '"args[1]" is undefined'],
    ['a cycle', cycle, '"spec.owner" is the object that it is in'],
    ['a promise in a list', [Promise.resolve(POD)], '"[0]" is a Promise: await it'],
    ['what knows its own toJson', { a: new Chart() }, '"a" is a Chart: check what its toJson() returns'],
  ])('%s', (_, manifest, message) => {
    expect(refusal(manifest)).toBe(`cannot check the manifest: ${message}`);
  });

  test.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, 'a number'],
    ['a promise', Promise.resolve(''), 'a Promise: await it'],
    ['a chart of cdk8s', new Chart(), 'a Chart: check what its toJson() returns'],
  ])('%s instead of a manifest', (_, manifest, found) => {
    expect(refusal(manifest)).toBe(
      `cannot check the manifest: expected text, an object or a list of objects, found ${found}`,
    );
  });

  test('a text in a list', () => {
    expect(refusal(['kind: Pod'])).toContain('"[0]" is text: join texts with "\\n---\\n"');
  });

  test('several are counted, and all in problems', () => {
    expect(refusal({ a: 1n, b: 2n, c: 3n })).toBe('cannot check the manifest: "a" is a BigInt, and 2 more');
  });

  test('depth', () => {
    let deep: object = {};
    for (let depth = 0; depth < 100_000; depth += 1) deep = { d: deep };
    expect(refusal(deep)).toContain('nested deeper than 500 levels');
  });

  test('a toJSON that throws', () => {
    const output = {
      toJSON: () => {
        throw new Error('an Output is not known yet');
      },
    };
    expect(refusal({ spec: output })).toBe('cannot check the manifest: an Output is not known yet');
  });
});

test('whatever JSON holds comes through', () => {
  assert(
    property(dictionary(string(), jsonValue()), (object) => {
      expect(manifestText(object)).toEqual({ text: JSON.stringify(object) });
    }),
    { numRuns: 200 },
  );
});
