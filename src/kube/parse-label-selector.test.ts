import { expect, test } from 'vitest';
import { parseLabelSelector } from './parse-label-selector.ts';

const matches = (text: string, labels: Readonly<Record<string, string>>): boolean | string => {
  const parsed = parseLabelSelector(text);
  return parsed.ok ? parsed.matches(labels) : parsed.message;
};

test.each([
  ['', {}, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a = b', { a: 'b' }, true],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a=', { a: '' }, true],
  ['a=', {}, false],
  ['a in (x,y)', { a: 'y' }, true],
  ['a in (x, y )', { a: 'z' }, false],
  ['a in ()', { a: '' }, true],
  ['a in (x,,y)', { a: '' }, true],
  ['a notin (x)', {}, true],
  ['a notin (x)', { a: 'x' }, false],
  ['a', { a: '' }, true],
  ['a', {}, false],
  ['!a', {}, true],
  ['! a', { a: '1' }, false],
  ['a>3', { a: '4' }, true],
  ['a<3', { a: '4' }, false],
  ['a<3', { a: 'x' }, false],
  ['app.kubernetes.io/name=web,tier notin (db),!gone', { 'app.kubernetes.io/name': 'web' }, true],
  ['x in (in,notin)', { x: 'in' }, true],
  ['in in (in)', { in: 'in' }, true],
  ['constructor', {}, false],
])('%s of %j: %s', (text, labels, expected) => {
  expect(matches(text, labels)).toBe(expected);
});

test.each([
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a in x', "unable to parse requirement: found 'x' expected: '('"],
  ['a=b,', "found '', expected: identifier after ','"],
  ['=b', "found '=', expected: !, identifier, or 'end of string'"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['a=!', "unable to parse requirement: found '!', expected: identifier"],
  [
    'a>b',
    `unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value must be an integer`,
  ],
])('%s: %s', (text, message) => {
  expect(matches(text, {})).toBe(message);
});

test('names and values are those that labels can have', () => {
  expect(matches('-a=b', {})).toMatch(
    /^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of/,
  );
  expect(matches('a=-b', {})).toMatch(
    /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "-b": a valid label must be/,
  );
});

test('a long text is read in no time', () => {
  expect(matches('!'.repeat(100_000), {})).toMatch(/expected: identifier/);
  expect(matches(`a in (${'x,'.repeat(50_000)})`, { a: 'x' })).toBe(true);
});
