import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNameGlob, parsePathGlob } from './path-glob.ts';

function matches(glob: string, path: string): boolean {
  const parsed = parsePathGlob(glob);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.matches(path);
}

describe('a glob of paths', () => {
  test.each([
    ['deploy/**', 'deploy/web/a.yaml', true],
    ['deploy/**', 'deploy', true],
    ['deploy', 'deploy/web/a.yaml', true],
    ['deploy/', 'deploy/a.yaml', true],
    ['./deploy/*.yaml', 'deploy/a.yaml', true],
    ['deploy/*.yaml', 'deploy/web/a.yaml', false],
    ['**/vendor/**', 'vendor/a.yaml', true],
    ['**/vendor/**', 'a/b/vendor/c/d.yaml', true],
    ['**/*.yaml', '.github/workflows/ci.yaml', true],
    ['a/**/b/**/c', 'a/x/b/b/y/c', true],
    ['a/**/b/**/c', 'a/x/c', false],
    ['node-[0-9].yaml', 'node-7.yaml', true],
    ['node-[!0-9].yaml', 'node-7.yaml', false],
    ['{one,two/{three,four}}/*.yml', 'two/four/x.yml', true],
    ['\\*.yaml', 'x.yaml', false],
    ['\\*.yaml', '*.yaml', true],
    ['über/*.yaml', 'über/a b.yaml', true],
  ])('%s on %s: %s', (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected);
  });

  test.each([
    ['', 'an empty glob matches nothing'],
    ['../x', '"../x" leads out of the directory'],
    ['a/[b', '"a/[b" has an open bracket'],
    ['a/{b', '"a/{b" has an open brace'],
    ['{a,b}'.repeat(9), 'stands for more than 256 globs'],
    ['x'.repeat(1025), 'a glob of 1025 characters, at most 1024 are read'],
  ])('%.20s is refused', (glob, message) => {
    const parsed = parsePathGlob(glob);
    expect(parsed.ok ? '' : parsed.message).toContain(message);
  });

  test('what makes regular expressions run for minutes takes no time', () => {
    const start = performance.now();
    expect(matches(`${'*a'.repeat(30)}*b`, 'a'.repeat(250))).toBe(false);
    expect(matches(`${'**/a/'.repeat(100)}b`, 'a/'.repeat(1000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('says what a regular expression of the same meaning says', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '.');
    const segment = fc.oneof(
      fc.constant('**'),
      fc.array(piece, { minLength: 1, maxLength: 4 }).map((it) => it.join('')),
    );
    const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((it) => it.join('/'));
    const name = fc.stringMatching(/^[abc.]{0,3}[abc]$/);
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((it) => it.join('/'));
    fc.assert(
      fc.property(glob, path, (pattern, tried) => {
        fc.pre(!/(?:^|\/)\.{1,2}(?:\/|$)/.test(pattern));
        const above = tried.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'));
        expect(matches(pattern, tried)).toBe(above.some((it) => asRegExp(pattern).test(`/${it}`)));
      }),
      { numRuns: 3000 },
    );
  });
});

function asRegExp(glob: string): RegExp {
  const segments = glob.split('/').map((it) => {
    if (it === '**') return '(?:/[^/]+)*';
    return `/${it.replaceAll('.', '\\.').replaceAll(/\*+/g, '[^/]*').replaceAll('?', '[^/]').replaceAll('[!', '[^/')}`;
  });
  return new RegExp(`^${segments.join('')}$`);
}

test('a glob of names crosses slashes', () => {
  const parsed = parseNameGlob('node-*');
  expect(parsed.ok && parsed.matches('node-a/b')).toBe(true);
  expect(parsed.ok && parsed.matches('a-node-b')).toBe(false);
});
