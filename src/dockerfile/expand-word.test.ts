import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand } from './expand-word.ts';
import { newWork } from './work.ts';

const scope = new Map([
  ['A', 'one'],
  ['EMPTY', ''],
  ['PATHS', '/usr/local/bin'],
  ['N', '5'],
]);

function expanded(text: string, escape = '\\'): string {
  return expand(text, { scope, escape, work: newWork() }).text;
}

describe('a word with its variables put in', () => {
  test.each([
    ['$A', 'one'],
    ['${A}two', 'onetwo'],
    ['$Atwo', ''],
    ['$A-two', 'one-two'],
    ['"$A"', 'one'],
    ["'$A'", '$A'],
    ['\\$A', '$A'],
    ['"\\$A\\x"', '$A\\x'],
    ['$', '$'],
    ['$(id)', '$(id)'],
    ['$1x', 'x'],
    ['${X-a}${EMPTY-b}${EMPTY:-c}', 'ac'],
    ['${A+a}${EMPTY+b}${EMPTY:+c}${X+d}', 'ab'],
    ['${A:?no}', 'one'],
    ['${X:-${A:+"$N"}}', '5'],
    ['${PATHS#/}', 'usr/local/bin'],
    ['${PATHS#*/}', 'usr/local/bin'],
    ['${PATHS##*/}', 'bin'],
    ['${PATHS%/*}', '/usr/local'],
    ['${PATHS%%/*}', ''],
    ['${PATHS%?in}', '/usr/local/'],
    ['${PATHS/l*/x}', '/usr/x'],
    ['${PATHS//l/L}', '/usr/LocaL/bin'],
    ['${PATHS//\\//-}', '-usr-local-bin'],
    ['${A##x}', 'one'],
    ['${A//?/.}', '...'],
  ])('%s is %s', (text, value) => {
    expect(expanded(text)).toBe(value);
  });

  test('with another escape character', () => {
    expect(expanded('c:\\x`$A', '`')).toBe('c:\\x$A');
  });

  test.each([
    ['${A', "syntax error: missing '}'"],
    ['${}', 'syntax error: bad substitution'],
    ['${A:=x}', 'unsupported modifier (:=) in substitution'],
    ['${A:#x}', 'unsupported modifier (:#) in substitution'],
    ['${A/x}', "syntax error: missing '/' in ${}"],
    ['${X?tell me}', 'X: tell me'],
    ['${EMPTY:?}', 'EMPTY: is not allowed to be empty'],
    ['${A#\\n}', "invalid pattern (\\n) in substitution: invalid escape '\\n'"],
    ["it's", 'unexpected end of statement while looking for matching single-quote'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => expanded(text)).toThrow(message);
  });

  test('names the variables that have no value', () => {
    expect(expand('$X$A${Y:-$Z}', { scope, escape: '\\', work: newWork() }).unset).toEqual(['X', 'Z', 'Y']);
  });
});

/** `star` is greedy or not. */
function regularOf(pattern: string, star: string): string {
  return pattern.replaceAll(/[*?]/g, (wildcard) => (wildcard === '*' ? star : '.'));
}

describe('patterns', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });

  test('take off what a regular expression would', () => {
    fc.assert(
      fc.property(letters, patterns, (value, pattern) => {
        const values = new Map([['V', value]]);
        const of = (text: string): string =>
          expand(text, { scope: values, escape: '\\', work: newWork() }).text;
        const lazy = new RegExp(`^${regularOf(pattern, '.*?')}`);
        const greedy = new RegExp(`^${regularOf(pattern, '.*')}`);
        const toEnd = (before: string) => new RegExp(`^${before}${regularOf(pattern, '.*')}$`);
        expect(of(`\${V#${pattern}}`)).toBe(value.replace(lazy, ''));
        expect(of(`\${V##${pattern}}`)).toBe(value.replace(greedy, ''));
        expect(of(`\${V%${pattern}}`)).toBe(value.replace(toEnd('(.*)'), '$1'));
        expect(of(`\${V%%${pattern}}`)).toBe(value.replace(toEnd('(.*?)'), '$1'));
        if (pattern === '') return;
        expect(of(`\${V/${pattern}/-}`)).toBe(value.replace(new RegExp(regularOf(pattern, '.*')), '-'));
        if (/^[*]*$/.test(pattern)) return;
        expect(of(`\${V//${pattern}/-}`)).toBe(
          value.replaceAll(new RegExp(regularOf(pattern, '.*'), 'g'), '-'),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('of many stars take no time', () => {
    const values = new Map([['V', 'a'.repeat(20_000)]]);
    const pattern = `${'*a'.repeat(500)}*b`;
    const started = process.cpuUsage();
    const { text } = expand(`\${V##${pattern}}`, { scope: values, escape: '\\', work: newWork() });
    expect(text).toHaveLength(20_000);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});
