import { expect, test } from 'vitest';
import { goQuote, settersPhrase, sortedSet } from './wording.ts';

test('strings are quoted as Go quotes them', () => {
  expect(goQuote('a"b\\c')).toBe('"a\\"b\\\\c"');
  expect(goQuote('\n\x01\x7f\u00a0\u200bé\u{1f600}\u{e0001}')).toBe(
    '"\\n\\x01\\x7f\\u00a0\\u200bé😀\\U000e0001"',
  );
});

test('values are sorted by byte, not by UTF-16 unit', () => {
  expect(sortedSet(['\u{1f600}', '\uffee', 'b', 'a', 'b', 'ab'])).toEqual([
    'a',
    'ab',
    'b',
    '\uffee',
    '\u{1f600}',
  ]);
});

test('setters are the pod and its containers', () => {
  expect(settersPhrase(true, [])).toBe('pod');
  expect(settersPhrase(true, [{ name: 'a' }])).toBe('pod and container "a"');
  expect(settersPhrase(false, [{ name: 'a' }, { name: 'b' }])).toBe('containers "a", "b"');
});
