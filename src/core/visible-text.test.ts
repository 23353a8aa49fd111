import { expect, test } from 'vitest';
import { visibleLine, visibleText } from './visible-text.ts';

test('what a terminal would obey is shown instead', () => {
  expect(visibleText('a\x1b[2Jb\x07c\rd\x9b31me\x7f')).toBe('a\\u001b[2Jb\\u0007c\\u000dd\\u009b31me\\u007f');
  expect(visibleText('user\u202etxt.exe')).toBe('user\\u202etxt.exe');
});

test('tabs, ends of lines and all other letters stay', () => {
  expect(visibleText('a\tb\nzwölf 😀 日本')).toBe('a\tb\nzwölf 😀 日本');
});

test('sequences of our own stay, those that only begin like them do not', () => {
  expect(visibleText('\x1b[31mred\x1b[39m \x1b[3J', ['\x1b[31m', '\x1b[39m'])).toBe(
    '\x1b[31mred\x1b[39m \\u001b[3J',
  );
});

test('JSON means the same afterwards', () => {
  const value = { text: 'a\x1b\x7f\x9b\u202e' };
  expect(JSON.parse(visibleText(JSON.stringify(value)))).toEqual(value);
});

test('one line is one line', () => {
  expect(visibleLine('sh\n  forged\t\x1b')).toBe('sh\\n  forged \\u001b');
});
