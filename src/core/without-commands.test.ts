import { expect, test } from 'vitest';
import { withoutCommands, withoutMarks } from './without-commands.ts';

test.each([
  ['::error::x', ': :error::x'],
  ['a\n  ::stop-commands::x', 'a\n  : :stop-commands::x'],
  ['a::b', 'a::b'],
  ['##[group]x', '# #[group]x'],
  ['x ##vso[task.setvariable variable=a]b', 'x # #vso[task.setvariable variable=a]b'],
  ['##VSO[a]', '# #VSO[a]'],
  ['###[a]', '## #[a]'],
  ['## a heading', '## a heading'],
])('%j asks for nothing', (text, quiet) => {
  expect(withoutCommands(text)).toBe(quiet);
});

test('a format writes the mark in its own way, and means the same', () => {
  const json = JSON.stringify({ a: '##vso[x]', b: '##' });
  const quiet = withoutMarks(json, '\\u0023');
  expect(quiet).not.toContain('##vso');
  expect(JSON.parse(quiet)).toEqual(JSON.parse(json));
});
