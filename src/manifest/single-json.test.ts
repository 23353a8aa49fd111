import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json-document.ts';
import { valueOf } from './node.ts';
import { nodesOf } from './nodes-of.ts';
import { readSingleJson } from './single-json.ts';

/** Says whether the text was read; throws unless that came out as `parseJson` reads it. */
function agree(text: string): boolean {
  const single = readSingleJson(text);
  if (single === undefined) return false;
  const { roots, problems, error } = parseJson(text);
  const [root] = roots;
  const isSame =
    root !== undefined &&
    roots.length === 1 &&
    problems.length === 0 &&
    error === undefined &&
    isDeepStrictEqual(nodesOf(single.value, single.offsets), root) &&
    JSON.stringify(single.value) === JSON.stringify(valueOf(root));
  if (!isSame) expect(single).toEqual({ roots, problems, error });
  return true;
}

const PIECES = [
  '"',
  '\\',
  '\\"',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  ' ',
  '\n',
  '0',
  '-',
  '1e999',
  'true',
  '"a":',
  '"a":1,',
];

describe('a single JSON value', () => {
  it.each(['{"a": [1, -2.5e3, "x\\\\\\"\\u00e9", true, null, {}, []]}', ' "a" ', '{"__proto__": {"x": 1}}'])(
    '%s is read at once',
    (text) => {
      expect(agree(text)).toBe(true);
    },
  );

  it.each([
    ['a key twice', '{"a": 1, "b": {"c": 1, "c": 1}}'],
    ['a key twice, once with an escape', '{"a": 1, "\\u0061": 2}'],
    ['a number that is too large', '[1e999]'],
    ['a key of digits', '{"b": 1, "0": 2}'],
    ['a long key', `{"${'k'.repeat(1025)}": 1}`],
    ['too many levels', `${'['.repeat(600)}${']'.repeat(600)}`],
    ['two values', '{} {}'],
  ])('%s is left to the reader that tells what is wrong', (_, text) => {
    expect(agree(text)).toBe(false);
  });

  it('is what the careful reader reads, whatever happens to it', () => {
    const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...PIECES));
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.array(edit, { maxLength: 3 }), (text, edits) => {
        const edited = edits.reduce((it, [at, drop, piece]) => {
          const from = at % (it.length + 1);
          return it.slice(0, from) + piece + it.slice(from + drop);
        }, text);
        agree(edited);
      }),
      { numRuns: Number(process.env['PODPROOF_YAML_RUNS'] ?? 3000) },
    );
  });
});
