import { expect, test } from 'vitest';
import { ageOf, humanDuration } from './age.ts';

test.each([
  [-5000, '<invalid>'],
  [-1000, '0s'],
  [0, '0s'],
  [119_999, '119s'],
  [120_000, '2m'],
  [192_000, '3m12s'],
  [600_000, '10m'],
  [3 * 3600_000, '3h'],
  [3 * 3600_000 + 60_000, '3h1m'],
  [8 * 3600_000 + 60_000, '8h'],
  [50 * 3600_000, '2d2h'],
  [9 * 86_400_000, '9d'],
  [3 * 365 * 86_400_000 + 86_400_000, '3y1d'],
  [9 * 365 * 86_400_000, '9y'],
])('%d ms are printed as %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test('an object without a time has an unknown age', () => {
  expect(ageOf(undefined, 0)).toBe('<unknown>');
  expect(ageOf('', 0)).toBe('<unknown>');
  expect(ageOf('1970-01-01T00:00:00Z', 5000)).toBe('5s');
});
