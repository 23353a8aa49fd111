import { describe, expect, test } from 'vitest';
import { interpolate } from './interpolate.ts';

const variables = new Map([
  ['TAG', '1.27'],
  ['EMPTY', ''],
]);

describe('variables in texts', () => {
  test.each([
    ['nginx:$TAG', 'nginx:1.27'],
    ['nginx:${TAG}', 'nginx:1.27'],
    ['${NONE:-a}${NONE-b}', 'ab'],
    ['${EMPTY:-a}|${EMPTY-b}', 'a|'],
    ['${TAG:+set}|${NONE:+set}|${EMPTY+set}', 'set||set'],
    ['${NONE:-${OTHER:-deep}}', 'deep'],
    ['${NONE:-}', ''],
    ['${TAG:?must be set}', '1.27'],
    ['cost: $$5, $${TAG}', 'cost: $5, ${TAG}'],
    ['no variable', 'no variable'],
  ])('%s is %s', (text, expected) => {
    expect(interpolate(text, variables)).toEqual({ text: expected, unset: [] });
  });

  test('what has neither a value nor a default stands for nothing, and is told', () => {
    expect(interpolate('${A}:$B:${C:?why}', variables)).toEqual({ text: '::', unset: ['A', 'B', 'C'] });
  });

  test.each(['$5', 'a $ b', '${', '${}', '${A', '${A:-', '${A!}', '${A/b}'])('%s is no template', (text) => {
    expect(interpolate(text, variables)).toMatchObject({ text, problem: expect.stringContaining('$$') });
  });

  test('a bomb of variables is refused and not built', () => {
    const large = new Map([['A', 'x'.repeat(60_000)]]);
    expect(interpolate('$A$A'.repeat(1000), large).problem).toMatch(/^variables grow to more than/);
    const deep = `${'${A:-'.repeat(10_000)}${'}'.repeat(10_000)}`;
    expect(interpolate(deep, new Map()).problem).toBe('variables nested more than 20 deep');
  });
});
