import { expect, test } from 'vitest';
import { formatWarnings } from './warnings.ts';

test('inner quotes and backslashes are escaped, or kubectl drops the warning', () => {
  expect(formatWarnings(['unknown field "spec.foo"', 'a\\b'])).toEqual([
    '299 - "unknown field \\"spec.foo\\""',
    '299 - "a\\\\b"',
  ]);
});

test('no text can end the header or begin another', () => {
  expect(formatWarnings(['a\r\nSet-Cookie: x\0'])).toEqual(['299 - "a Set-Cookie: x"']);
});

test('a text that is not Latin goes as the bytes of UTF-8', () => {
  const [header = ''] = formatWarnings(['é€']);
  expect(Buffer.from(header, 'latin1').toString('utf8')).toBe('299 - "é€"');
});

test('the same text comes once', () => {
  expect(formatWarnings(['a', 'a'])).toHaveLength(1);
});

test('many long texts are shortened, and end at 4 KiB', () => {
  const headers = formatWarnings(Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(1000)}`));
  expect(headers.length).toBe(16);
  expect(headers.join('').length).toBeLessThan(4400);
});
