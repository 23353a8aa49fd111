import { expect, test } from 'vitest';
import { compareLevels, minorOf, parseLevel, parsePolicyVersion } from './level-version.ts';

test.each(['v1.0', 'v1.36', 'v1.9223372036854775807', 'latest'])('%s is a version', (text) => {
  expect(parsePolicyVersion(text)).toBe(text);
});

test.each([
  '',
  '1.36',
  'v1',
  'v1.01',
  'v2.0',
  'v1.36.1',
  'v1.-1',
  'Latest',
  'v1.9223372036854775808',
  'v1.99999999999999999999',
])('"%s" is none', (text) => {
  expect(parsePolicyVersion(text)).toBeUndefined();
});

test('levels are spelled in full and in lower case', () => {
  expect(parseLevel('baseline')).toBe('baseline');
  expect(parseLevel('Baseline')).toBeUndefined();
  expect(compareLevels('restricted', 'baseline')).toBeGreaterThan(0);
  expect(compareLevels('privileged', 'baseline')).toBeLessThan(0);
});

test('latest is newer than every version', () => {
  expect(minorOf('latest')).toBeGreaterThan(minorOf('v1.999'));
});
