import { expect, it } from 'vitest';
import { goDuration } from './go-duration.ts';

it.each([
  [0, '0s'],
  [345.4, '345ms'],
  [1234, '1.234s'],
  [2000, '2s'],
  [123_500, '2m3.5s'],
  [120_000, '2m0s'],
  [3_600_000, '1h0m0s'],
])('%s ms are %s', (ms, text) => {
  expect(goDuration(ms)).toBe(text);
});
