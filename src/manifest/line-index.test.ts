import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineIndex } from './line-index.ts';

test('the line of an offset is the same with a table and without, in any order', () => {
  const text = fc.array(fc.constantFrom('a', '\n', 'bc'), { maxLength: 30 }).map((it) => it.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat(30)), fc.nat(5), (it, offsets, firstLine) => {
      const counted = new LineIndex(it, firstLine);
      const looked = new LineIndex(it, firstLine);
      for (const offset of offsets.map((at) => Math.min(at, it.length))) {
        expect(counted.lineOf(offset)).toBe(looked.positionOf(offset).line);
      }
    }),
  );
});
