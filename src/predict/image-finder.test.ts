import { expect, test } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { findImages } from './image-finder.ts';

test('each reference is looked up once', async () => {
  const asked: string[] = [];
  const find = (reference: string): Promise<undefined> => {
    asked.push(reference);
    return Promise.resolve(undefined);
  };
  const found = await findImages(['a', 'b', 'a'], { find });
  expect(asked).toEqual(['a', 'b']);
  expect(found.get('a')).toEqual({ image: undefined });
});

function refuse(): Promise<never> {
  return Promise.reject(new PodproofError('unavailable', 'cannot reach "r.test"'));
}

test('a source that fails makes the image unknown, with the reason', async () => {
  const found = await findImages(['r.test/a'], { find: refuse });
  expect(found.get('r.test/a')).toEqual({ image: undefined, problem: 'cannot reach "r.test"' });
});
