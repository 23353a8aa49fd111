import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['1s', 1000],
    ['1.5s', 1500],
    ['2', 2000],
    ['1m30s', 90_000],
    ['0s', 0],
  ])('%s is %i ms', (text, durationMs) => {
    expect(parseDuration('--settle', text)).toBe(durationMs);
  });

  it.each(['', '-1s', '1 s', '1d', 's', '1s2'])('%j is refused', (text) => {
    expect(() => parseDuration('--settle', text)).toThrow('option "--settle" cannot be');
  });
});
