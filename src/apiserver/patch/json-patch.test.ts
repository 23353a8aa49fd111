import * as fc from 'fast-check';
import { compare } from 'fast-json-patch';
import { expect, test } from 'vitest';
import { ApiError } from '../../kube/status.ts';
import { jsonPatcher } from './json-patch.ts';

const refusal = async (operations: unknown, target: unknown = { a: 1 }): Promise<ApiError> => {
  try {
    (await jsonPatcher(operations))(target);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

test('operations are carried out in their order', async () => {
  const patch = await jsonPatcher([
    { op: 'test', path: '/a', value: 1 },
    { op: 'add', path: '/list/-', value: 'z' },
    { op: 'move', from: '/a', path: '/b' },
    { op: 'replace', path: '/labels/x~1y', value: '2' },
  ]);
  const target = Object.freeze({ a: 1, list: Object.freeze(['y']), labels: { 'x/y': '1' } });
  expect(patch(target)).toEqual({ b: 1, list: ['y', 'z'], labels: { 'x/y': '2' } });
  expect(target.list).toEqual(['y']);
});

test('what cannot be done is Invalid, and its cause says what', async () => {
  const error = await refusal([{ op: 'test', path: '/a', value: 2 }]);
  expect(error).toMatchObject({
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: { causes: [{ message: expect.stringMatching(/test/i) }] },
  });
  expect((await refusal([{ op: 'remove', path: '/none' }])).reason).toBe('Invalid');
  expect((await refusal([{ op: 'add', path: '/a' }])).reason).toBe('Invalid');
});

test.each([
  [{}],
  ['x'],
  [[1]],
  [[{ op: 'explode', path: '/a' }]],
  [[{ op: 'add', path: '/__proto__/polluted', value: 1 }]],
  [[{ op: 'add', path: '/a/constructor/prototype/polluted', value: 1 }]],
  [[{ op: 'copy', path: '/b', from: '/__proto__' }]],
  [[{ op: 'move', path: '/b' }]],
])('%j is refused before it is tried', async (operations) => {
  expect((await refusal(operations)).reason).toBe('BadRequest');
  expect({}).not.toHaveProperty('polluted');
});

test('more than ten thousand operations are too many', async () => {
  const operations = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 }));
  expect(await refusal(operations)).toMatchObject({
    reason: 'RequestEntityTooLarge',
    message: expect.stringContaining('The allowed maximum operations in a JSON patch is 10000, got 10001'),
  });
});

test('copies of copies end before the memory does', async () => {
  const operations = Array.from({ length: 10_000 }, () => ({ op: 'copy', from: '/a', path: '/a/x' }));
  expect(await refusal(operations, { a: { b: 'c' } })).toMatchObject({
    reason: 'Invalid',
    details: { causes: [{ message: expect.stringContaining('Unable to copy') }] },
  });
});

test('the comparison of two objects makes the second of the first', async () => {
  const object = fc.dictionary(
    fc.constantFrom('a', 'b', 'c/d', 'e~f'),
    fc.oneof(fc.integer(), fc.array(fc.integer()), fc.dictionary(fc.constantFrom('x', 'y'), fc.string())),
  );
  await fc.assert(
    fc.asyncProperty(object, object, async (before, after) => {
      expect((await jsonPatcher(compare(before, after)))(before)).toEqual(after);
    }),
  );
});
